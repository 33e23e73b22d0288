package org.emfuse.llm.llama;

import java.nio.file.Path;
import java.util.List;

import org.emfuse.fusion.Additive;
import org.emfuse.fusion.Weighting;
import org.emfuse.llm.Expert;
import org.emfuse.llm.ExpertContract;
import org.emfuse.llm.FusedExpert;
import org.emfuse.llm.gguf.TinyModels;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/** The contract of experts on real engines. */
class LlamaContractsTest {

    /** An expert of a tiny model, which is closed after it. */
    abstract static class OnEngine extends ExpertContract {

        @TempDir
        @SuppressWarnings("NullAway.Init")
        Path folder;

        private @Nullable LlamaModel model;

        abstract LlamaEngine engine();

        LlamaModel model() {
            model = LlamaModel.load(engine(), TinyModels.of(1).write(folder.resolve("tiny.gguf")));
            return model;
        }

        LlamaExpert adapted(String name, LlamaModel base, long seed) {
            return new LlamaExpert(name, base, TinyModels.writeAdapter(folder.resolve(name + ".gguf"), seed, 0.5), 1,
                    name);
        }

        @Override
        protected double tolerance() {
            return 2e-3;
        }

        @Override
        protected void afterClose() {
            if (model != null) {
                model.close();
            }
        }
    }

    @Nested
    class EmbeddedEngine extends OnEngine {
        @Override
        LlamaEngine engine() {
            return TestEngine.EMBEDDED.load();
        }

        @Override
        protected Expert expert() {
            return new LlamaExpert("tiny", model(), null, 1, null);
        }
    }

    @Nested
    class NewerEngine extends OnEngine {
        @Override
        LlamaEngine engine() {
            return TestEngine.NEWER.load();
        }

        @Override
        protected Expert expert() {
            return new LlamaExpert("tiny", model(), null, 1, null);
        }
    }

    @Nested
    class FusedAdaptersOnTheEmbeddedEngine extends OnEngine {
        @Override
        LlamaEngine engine() {
            return TestEngine.EMBEDDED.load();
        }

        @Override
        protected Expert expert() {
            LlamaModel base = model();
            return new FusedExpert("fused", List.of(adapted("a", base, 1), adapted("longer system text", base, 2)),
                    new Additive(), new Weighting.Uniform());
        }

        @Override
        protected boolean hasPromptLoss() {
            return false;
        }
    }

    @Nested
    class FusedAdaptersOnTheNewerEngine extends OnEngine {
        @Override
        LlamaEngine engine() {
            return TestEngine.NEWER.load();
        }

        @Override
        protected Expert expert() {
            LlamaModel base = model();
            return new FusedExpert("fused", List.of(adapted("a", base, 1), adapted("longer system text", base, 2)),
                    new Additive(), new Weighting.Uniform());
        }

        @Override
        protected boolean hasPromptLoss() {
            return false;
        }
    }
}
