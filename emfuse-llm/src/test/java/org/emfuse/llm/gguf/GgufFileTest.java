package org.emfuse.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headers of sound and of damaged files. */
class GgufFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private byte[] sound = new byte[0];

    @BeforeEach
    void writeModel() throws IOException {
        sound = Files.readAllBytes(TinyModels.model(folder.resolve("sound.gguf"), 1));
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("damaged.gguf"), bytes);
    }

    private byte[] withLong(int at, long value) {
        byte[] bytes = sound.clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(at, value);
        return bytes;
    }

    @Test
    void aSoundFileTellsItsMetadataAndTensors() {
        GgufFile file = GgufFile.read(folder.resolve("sound.gguf"));
        assertThat(file.kind()).isEqualTo("model");
        assertThat(file.string("general.architecture")).contains("llama");
        assertThat(file.tensors()).hasSize(3 + 2 * 9);
        assertThat(file.tensors().getFirst().dimensions()).containsExactly(64L, 264L);
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        for (int keep : new int[]{0, 3, 4, 10, 24, 100, 1000, sound.length / 2, sound.length - 40}) {
            Path cut = file(Arrays.copyOf(sound, keep));
            assertThatThrownBy(() -> GgufFile.read(cut)).as("cut at %d", keep).isInstanceOf(GgufException.class)
                    .hasMessageContaining("damaged.gguf");
        }
    }

    @Test
    void anotherKindOfFileIsNoticed() throws IOException {
        Path text = file("just a text file, long enough to have a header".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> GgufFile.read(text)).isInstanceOf(GgufException.class).hasMessageContaining("GGUF");
        assertThatThrownBy(() -> GgufFile.read(folder.resolve("missing.gguf")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("missing.gguf");
        assertThatThrownBy(() -> GgufFile.read(folder)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void absurdCountsAreRefusedBeforeMemoryIsTaken() throws IOException {
        for (long count : new long[]{-1, Long.MAX_VALUE, 1L << 40}) {
            for (int at : new int[]{8, 16, 24}) { // tensors, metadata entries, length of the first key
                Path damaged = file(withLong(at, count));
                assertThatThrownBy(() -> GgufFile.read(damaged)).isInstanceOf(GgufException.class);
            }
        }
    }

    @Test
    void randomDamageNeverDoesWorseThanAMessage() throws IOException {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            byte[] bytes = sound.clone();
            for (int k = 0; k < 4; k++) {
                bytes[random.nextInt(9000)] = (byte) random.nextInt();
            }
            Path damaged = file(bytes);
            try {
                GgufFile.read(damaged);
            } catch (GgufException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
