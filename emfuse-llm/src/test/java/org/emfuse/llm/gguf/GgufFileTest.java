package org.emfuse.llm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from sound files, and what is said about unsound ones. */
class GgufFileTest {

    @TempDir
    private Path folder;

    private Path sound() {
        return TinyModels.of(1).write(folder.resolve("sound.gguf"));
    }

    @Test
    void readsKeysAndTensors() {
        GgufFile file = GgufFile.read(sound());

        assertThat(file.kind()).isEqualTo("model");
        assertThat(file.string("general.architecture")).contains("llama");
        assertThat(file.metadata()).containsEntry("llama.block_count", 2L)
                .containsEntry("llama.rope.freq_base", 10000f).containsEntry("tokenizer.ggml.add_bos_token", false);
        assertThat(file.tensors()).hasSize(3 + 9 * TinyModels.LAYERS)
                .contains(new GgufFile.Tensor("token_embd.weight",
                        List.of((long) TinyModels.WIDTH, (long) TinyModels.of(1).vocabularySize()), 0, 0));
    }

    @Test
    void arraysAreKeptAsLengthAndHashSoThatTheyCanBeCompared() {
        GgufFile file = GgufFile.read(sound());
        GgufFile same = GgufFile.read(TinyModels.of(2).write(folder.resolve("same.gguf")));
        GgufFile other = GgufFile.read(TinyModels.of(1).withOtherVocabulary().write(folder.resolve("other.gguf")));
        String tokens = "tokenizer.ggml.tokens";

        assertThat(file.metadata().get(tokens)).isEqualTo(same.metadata().get(tokens))
                .isNotEqualTo(other.metadata().get(tokens))
                .isInstanceOfSatisfying(GgufFile.ArrayValue.class,
                        array -> assertThat(array.length()).isEqualTo(TinyModels.of(1).vocabularySize()));
    }

    @Test
    void anAdapterIsKnownByItsType() {
        Path adapter = TinyModels.writeAdapter(folder.resolve("adapter.gguf"), 1, 1);

        assertThat(GgufFile.read(adapter).kind()).isEqualTo("adapter");
        assertThat(GgufFile.read(adapter).metadata()).containsEntry("adapter.lora.alpha", 4f);
    }

    @Test
    void aFileWithoutTypeIsAModel() {
        assertThat(GgufFile.read(new GgufWriter().write(folder.resolve("bare.gguf"))).kind()).isEqualTo("model");
    }

    @ParameterizedTest
    @EnumSource
    void damageIsSaidInOneLineThatNamesTheFile(Damage damage) {
        String name = damage.name().toLowerCase(Locale.ROOT);
        Path file = damage.copy(sound(), folder.resolve(name));

        assertThatThrownBy(() -> GgufFile.read(file)).isInstanceOf(GgufException.class)
                .hasMessageContaining(file.toString()).message().doesNotContain("\n")
                .containsPattern(damage.message());
    }

    /** Every cut must be noticed, and none may escape as another exception. */
    @Test
    void everyCutOfAFileIsRefused() throws IOException {
        Path sound = TinyModels.writeAdapter(folder.resolve("adapter.gguf"), 1, 1);
        byte[] bytes = Files.readAllBytes(sound);
        GgufFile.read(sound);
        for (int length = 0; length < bytes.length; length += length < 400 ? 1 : 997) {
            Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> GgufFile.read(cut)).as("cut to %d bytes", length)
                    .isInstanceOf(GgufException.class);
        }
    }

    @Test
    void randomDamageNeverDoesWorseThanAMessage() throws IOException {
        byte[] sound = Files.readAllBytes(sound());
        SplittableRandom random = new SplittableRandom(7);
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            byte[] bytes = sound.clone();
            for (int k = 0; k < 4; k++) {
                bytes[random.nextInt(9000)] = (byte) random.nextInt();
            }
            Path damaged = Files.write(folder.resolve("damaged.gguf"), bytes);
            try {
                GgufFile.read(damaged);
            } catch (GgufException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void aTensorOutsideTheFileIsRefused() {
        Path file = new GgufWriter().info("far", 0, 1L << 40, 8).write(folder.resolve("far.gguf"));

        assertThatThrownBy(() -> GgufFile.read(file)).isInstanceOf(GgufException.class)
                .hasMessageContaining("tensor far ends at byte");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -32, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 31})
    void anOffsetThatWrapsAroundIsRefused(long offset) {
        Path file = new GgufWriter().info("wrapped", 0, offset, 8).write(folder.resolve("wrapped.gguf"));

        assertThatThrownBy(() -> GgufFile.read(file)).isInstanceOf(GgufException.class)
                .hasMessageContaining("tensor wrapped");
    }

    @Test
    void aSizeInBytesThatWrapsAroundIsRefused() {
        // 2^62 elements are a valid long, but four bytes each are 2^64, which is 0 where nobody looks.
        Path file = new GgufWriter().info("huge", 0, 0, 1L << 31, 1L << 31).write(folder.resolve("huge.gguf"));

        assertThatThrownBy(() -> GgufFile.read(file)).isInstanceOf(GgufException.class)
                .hasMessageContaining("impossible size");
    }

    @Test
    void moreElementsThanANumberHoldsAreRefused() {
        Path file = new GgufWriter().info("huge", 0, 0, 1L << 40, 1L << 40).write(folder.resolve("huge.gguf"));

        assertThatThrownBy(() -> GgufFile.read(file)).isInstanceOf(GgufException.class)
                .hasMessageContaining("impossible size");
    }

    @Test
    void tooManyOrNegativeDimensionsAreRefused() {
        Path many = new GgufWriter().info("many", 0, 0, 1, 1, 1, 1, 1).write(folder.resolve("many.gguf"));
        Path negative = new GgufWriter().info("negative", 0, 0, -4).write(folder.resolve("negative.gguf"));

        assertThatThrownBy(() -> GgufFile.read(many)).hasMessageContaining("a tensor of 5 dimensions");
        assertThatThrownBy(() -> GgufFile.read(negative)).hasMessageContaining("a tensor dimension of -4");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -8})
    void anImpossibleAlignmentIsRefused(int alignment) {
        Path file = new GgufWriter().uint32("general.alignment", alignment).write(folder.resolve("a.gguf"));

        assertThatThrownBy(() -> GgufFile.read(file)).isInstanceOf(GgufException.class)
                .hasMessageContaining("alignment of " + alignment);
    }

    @Test
    void whatIsNotAFileIsSaid() {
        assertThatThrownBy(() -> GgufFile.read(folder.resolve("absent.gguf"))).isInstanceOf(GgufException.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> GgufFile.read(folder)).isInstanceOf(GgufException.class)
                .hasMessageContaining("is a folder");
    }
}
