package org.emfuse.llm.checkup;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.emfuse.energy.Boltzmann;
import org.emfuse.llm.llama.Trust;
import org.emfuse.llm.model.CacheFolder;

/** Java, processor, memory, the cache folder, and the libraries that engines need. */
final class MachineCheck {

    private static final int JAVA = 25;
    private static final double GIB = 1L << 30;
    private static final long LITTLE_ROOM = 1L << 30;
    private static final List<String> INSTRUCTION_SETS = List.of("sse4_2", "avx", "avx2", "fma", "f16c", "avx512f",
            "avx512_vnni", "avx512_bf16", "amx_tile", "asimd", "sve");

    private MachineCheck() {}

    static List<Finding> findings(CacheFolder cache) {
        List<Finding> findings = new ArrayList<>(List.of(java(), kernel(), processor(), memory(), folder(cache)));
        if (System.getProperty("os.name").equals("Linux")) {
            findings.add(openMp());
        }
        return findings;
    }

    private static Finding java() {
        String text = Runtime.version() + ", " + System.getProperty("java.vendor");
        return Runtime.version().feature() == JAVA
                ? Finding.ok("java", text)
                : Finding.warning("java", text, "the program is tested on a JDK " + JAVA + "; set JAVA_HOME to one");
    }

    private static Finding kernel() {
        String kernel = Boltzmann.kernel();
        return kernel.contains("vector")
                ? Finding.ok("fusion", "kernel: " + kernel)
                : Finding.warning("fusion", "kernel: " + kernel + ", several times slower than with vectors",
                        "start with ./emfuse, or java --add-modules jdk.incubator.vector");
    }

    private static Finding processor() {
        String all = Trust.processor();
        String model = all.lines().findFirst().orElse(all).replaceAll(".*model name\\s*: *([^,\\]]*).*", "$1");
        List<String> words = List.of(all.split("[\\s,\\]]+"));
        String sets = INSTRUCTION_SETS.stream().filter(words::contains).collect(Collectors.joining(" "));
        int cores = Runtime.getRuntime().availableProcessors();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        String text = String.format(Locale.ROOT, "%s, %d processors%s%s", model.strip(), cores,
                sets.isEmpty() ? "" : ", " + sets, load < 0 ? "" : String.format(Locale.ROOT, ", load %.1f", load));
        return load > 1.5 * cores
                ? Finding.warning("processor", text, "other programs use the processors; answers will be slow")
                : Finding.ok("processor", text);
    }

    private static Finding memory() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            String text = String.format(Locale.ROOT, "%.1f GiB, %.1f GiB for Java at most",
                    system.getTotalMemorySize() / GIB,
                    Runtime.getRuntime().maxMemory() / GIB);
            return Finding.ok("memory", text);
        }
        return Finding.ok("memory", String.format(Locale.ROOT, "%.1f GiB for Java at most",
                Runtime.getRuntime().maxMemory() / GIB));
    }

    private static Finding folder(CacheFolder cache) {
        Path root = cache.root();
        try {
            Files.createDirectories(root);
            Files.delete(Files.createTempFile(root, "check", ".part"));
            long free = Files.getFileStore(root).getUsableSpace();
            String text = String.format(Locale.ROOT, "%s, %.2f GiB used, %.1f GiB free", root, size(root) / GIB,
                    free / GIB);
            return free < LITTLE_ROOM
                    ? Finding.warning("cache", text, "set " + CacheFolder.VARIABLE + " to a folder with more room")
                    : Finding.ok("cache", text);
        } catch (IOException e) {
            return Finding.problem("cache", root + " cannot be written: " + e.getMessage(),
                    "set " + CacheFolder.VARIABLE + " to a folder that can be written");
        }
    }

    private static long size(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static Finding openMp() {
        List<Path> folders = new ArrayList<>();
        String own = System.getenv("LD_LIBRARY_PATH");
        if (own != null) {
            Stream.of(own.split(":", -1)).filter(name -> !name.isEmpty()).map(Path::of).forEach(folders::add);
        }
        for (Path folder : List.of(Path.of("/lib"), Path.of("/lib64"), Path.of("/usr/lib"), Path.of("/usr/lib64"),
                Path.of("/usr/local/lib"))) {
            folders.add(folder);
            folders.addAll(platformFolders(folder));
        }
        return folders.stream().map(folder -> folder.resolve("libgomp.so.1")).filter(Files::exists).findFirst()
                .map(file -> Finding.ok("libgomp", file.toString()))
                .orElseGet(() -> Finding.warning("libgomp", "not found; the embedded engine needs it",
                        "install it, for example with: apt-get install libgomp1"));
    }

    /** Where distributions keep libraries of one processor, for example {@code x86_64-linux-gnu}. */
    private static List<Path> platformFolders(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(each -> each.getFileName().toString().contains("-linux-")).toList();
        } catch (IOException e) {
            return List.of(); // not to be read, so not searched by the loader either
        }
    }
}
