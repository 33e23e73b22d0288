package org.emfuse.llm.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The machine that a figure belongs to, as far as the system tells it.
 *
 * @param processor its name; the architecture where the system has no other
 * @param cores that the program may use
 * @param memoryMib of the machine; 0 where it is not known
 * @param load processes that wanted to run during the last minute, this one among them; negative where it is not known
 */
public record MachineFacts(String processor, int cores, long memoryMib, double load) {

    /** What is true now. */
    public static MachineFacts now() {
        return new MachineFacts(field("/proc/cpuinfo", "model name", System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                kibibytes("/proc/meminfo", "MemTotal") / 1024,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** The most memory that this process has had at once, native memory included, in MiB; 0 where it is not known. */
    public static long peakResidentMib() {
        return kibibytes("/proc/self/status", "VmHWM") / 1024;
    }

    /** The facts in words, without those that are not known. */
    public String description() {
        return processor + ", " + cores + (cores == 1 ? " core" : " cores")
                + (memoryMib > 0 ? ", " + memoryMib + " MiB" : "")
                + (load >= 0 ? String.format(Locale.ROOT, ", load %.1f", load) : "");
    }

    private static long kibibytes(String file, String name) {
        return Long.parseLong(field(file, name, "0").replaceAll("\\D", ""));
    }

    private static String field(String file, String name, String otherwise) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(otherwise);
        } catch (IOException e) {
            return otherwise; // another system
        }
    }
}
