package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which type of matrix products a processor is fast at. */
class ProcessorTest {

    @TempDir
    private Path folder = Path.of("");

    private DType fastest(String text) throws IOException {
        return Processor.fastest(Files.writeString(folder.resolve("cpuinfo"), text));
    }

    @Test
    void bfloat16NeedsItsInstructions() throws IOException {
        assertThat(fastest("processor\t: 0\nflags\t\t: fpu avx512f avx512_bf16\n")).isEqualTo(DType.BFLOAT16);
        assertThat(fastest("flags\t\t: amx_bf16 amx_tile\n")).isEqualTo(DType.BFLOAT16);
        assertThat(fastest("processor\t: 0\nflags\t\t: fpu avx512f\n")).isEqualTo(DType.FLOAT32);
        assertThat(fastest("flags\t\t: fpu avx512_bf16x\n")).isEqualTo(DType.FLOAT32);
        assertThat(fastest("bugs\t\t: avx512_bf16\n")).isEqualTo(DType.FLOAT32);
        assertThat(fastest("")).isEqualTo(DType.FLOAT32);
        assertThat(Processor.fastest(folder.resolve("none"))).isEqualTo(DType.FLOAT32);
    }
}
