package org.emfuse.rl.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the machine's processor can do. */
public final class Processor {

    private static final Set<String> MULTIPLY_BFLOAT16 = Set.of("avx512_bf16", "amx_bf16");

    private Processor() {}

    /**
     * The type in which it multiplies matrices fastest: bfloat16 where it has instructions for it, else single precision (where
     * bfloat16 would be slower than that). Known on Linux only; single precision elsewhere.
     */
    public static DType fastest() {
        return fastest(Path.of("/proc/cpuinfo"));
    }

    /** The same by what a file says, of the form of Linux's {@code /proc/cpuinfo}. */
    static DType fastest(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            Set<String> flags = lines.filter(line -> line.startsWith("flags")).limit(1)
                    .flatMap(line -> Stream.of(line.split("[\\s:]+"))).collect(Collectors.toSet());
            return flags.stream().anyMatch(MULTIPLY_BFLOAT16::contains) ? DType.BFLOAT16 : DType.FLOAT32;
        } catch (IOException e) {
            return DType.FLOAT32; // no such file: another operating system
        }
    }
}
