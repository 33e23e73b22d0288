package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.Locale;

import org.emfuse.llm.ContextSize;
import org.emfuse.llm.ExpertContext;
import org.emfuse.llm.Rows;
import org.emfuse.llm.gguf.Damage;
import org.emfuse.llm.gguf.TinyModels;
import org.emfuse.llm.gguf.WrongModel;
import org.emfuse.llm.llama.ffi.LlamaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Unsound files of models and adapters give a message that names them, and the engine lives on. */
class DamagedFilesTest extends EngineTest {

    @AfterEach
    void theEngineStillWorks() {
        if (experts != null) {
            try (ExpertContext context = experts.expert("after").open(new ContextSize(1, 256, 64, 1))) {
                assertThat(energyAfter(context, context.start(QUESTION, Rows.LAST))).isNotEmpty();
            }
        }
    }

    @Test
    void damagedModelsAreRefused() {
        Path sound = TinyModels.of(1).write(folder.resolve("sound.gguf"));
        for (Damage damage : Damage.values()) {
            Path file = damage.copy(sound, folder.resolve(damage.name().toLowerCase(Locale.ROOT) + ".gguf"));
            assertThatThrownBy(() -> LlamaModel.load(experts.model().engine(), file)).as(damage.name())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(file.toString()).message()
                    .containsPattern(damage.message());
        }
    }

    @Test
    void damagedAdaptersAreRefused() {
        Path sound = TinyModels.writeAdapter(folder.resolve("sound-adapter.gguf"), 1, 1);
        for (Damage damage : Damage.values()) {
            if (damage == Damage.TRUNCATED_HEADER) {
                // An adapter's header is other than a model's; the cut then falls elsewhere.
                continue;
            }
            Path file = damage.copy(sound, folder.resolve(damage.name().toLowerCase(Locale.ROOT) + "-a.gguf"));
            assertThatThrownBy(() -> experts.withAdapter("x", file)).as(damage.name())
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(file.toString()).message()
                    .containsPattern(damage.message());
        }
    }

    /** Sound as files, wrong as models: only the engine can tell, and must say so without ending the process. */
    @Test
    void wrongModelsAreRefused() {
        int count = 0;
        for (WrongModel wrong : WrongModel.values()) {
            Path file = wrong.write(folder.resolve("w" + ++count + ".gguf"));
            Throwable thrown = catchThrowable(() -> {
                if (wrong.isAdapter()) {
                    experts.withAdapter("x", file);
                } else {
                    LlamaModel.load(experts.model().engine(), file).close();
                }
            });
            assertThat(thrown).as(wrong.name()).isInstanceOfAny(IllegalArgumentException.class, LlamaException.class)
                    .hasMessageContaining(file.toString()).hasMessageContaining(wrong.message())
                    .message().as("nothing of earlier files, and no log").doesNotContain("w" + (count - 1) + ".gguf")
                    .hasLineCount(thrown instanceof LlamaException ? 3 : 1);
        }
    }
}
