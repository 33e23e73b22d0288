package org.emfuse.llm.llama.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

/** What is read from the defaults of parameter structs that are known, and what is refused. */
class ParameterLayoutTest {

    private static final Path LIBRARY = Path.of("libodd.so");

    private static MemorySegment context(int... first) {
        MemorySegment context = Arena.ofAuto().allocate(512, 8);
        for (int k = 0; k < first.length; k++) {
            context.setAtIndex(JAVA_INT, k, first[k]);
        }
        return context;
    }

    private static MemorySegment flags(MemorySegment context, int offset) {
        MemorySegment.copy(new byte[]{0, 1, 1, 1, 1, 0}, 0, context, JAVA_BYTE, offset, 6);
        return context;
    }

    private static MemorySegment model(int offset, int gpuLayers) {
        MemorySegment model = Arena.ofAuto().allocate(512, 8);
        model.set(JAVA_INT, offset, gpuLayers);
        model.set(JAVA_INT, offset + 4L, 1);
        return model;
    }

    @Test
    void knowsTheStructsOfBothGenerations() {
        assertThat(ParameterLayout.read(LIBRARY, model(8, 0), context(512, 2048, 512, 1)))
                .isEqualTo(new ParameterLayout(8, -1, -1));
        assertThat(ParameterLayout.read(LIBRARY, model(16, -1), flags(context(512, 2048, 512, 1), 120)))
                .isEqualTo(new ParameterLayout(16, 125, -1));
        assertThat(ParameterLayout.read(LIBRARY, model(16, 999), context(0, 2048, 512, 1)).gpuLayersOffset())
                .isEqualTo(16);
    }

    @Test
    void findsFlashAttentionOnlyAsTheLastOfFourAutomaticChoices() {
        int[] newer = {512, 2048, 512, 1, 8, 8, 0, -1, -1, -1, -1, 0};
        int[] older = {512, 2048, 512, 1, 8, 8, -1, -1, -1, 0};
        int[] longer = {512, 2048, 512, 1, 8, 8, -1, -1, -1, -1, -1, 0};

        assertThat(ParameterLayout.read(LIBRARY, model(8, 0), context(newer)).flashAttentionOffset()).isEqualTo(40);
        assertThat(ParameterLayout.read(LIBRARY, model(8, 0), context(older)).flashAttentionOffset()).isEqualTo(-1);
        assertThat(ParameterLayout.read(LIBRARY, model(8, 0), context(longer)).flashAttentionOffset()).isEqualTo(-1);
    }

    @Test
    void refusesContextParametersWhoseDefaultsAreImplausible() {
        int[][] odd = {{512, 0, 512, 1}, {-1, 2048, 512, 1}, {512, 512, 2048, 1}, {512, 2048, 512, 0},
            {2048, 512, 1, 8}, {0, 0, 0, 0}};
        for (int[] first : odd) {
            assertThatThrownBy(() -> ParameterLayout.read(LIBRARY, model(8, 0), context(first)))
                    .isInstanceOf(LlamaException.class).hasMessageContaining("libodd.so")
                    .hasMessageContaining("unknown layout").hasMessageContaining("--engine embedded");
        }
    }

    @Test
    void writesNothingWhosePlaceIsNotCertain() {
        MemorySegment twice = flags(flags(context(512, 2048, 512, 1), 96), 128);

        assertThat(ParameterLayout.read(LIBRARY, model(24, 0), twice)).isEqualTo(new ParameterLayout(-1, -1, -1));
        assertThat(ParameterLayout.read(LIBRARY, model(16, 7), context(512, 2048, 512, 1)))
                .isEqualTo(new ParameterLayout(-1, -1, -1));
    }
}
