package org.emfuse.rl.experiment;

import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.torch.DType;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A budget with which an experiment takes a moment, and what is heard of one. */
final class TinyExperiments {

    static final Budget BUDGET = new Budget("tiny", 500, 2, 16, 1, 16, 2, 5, 10, 5, DType.FLOAT32,
            PredictionRule.Next.RANDOM_SLICE, 10, 3, 10, 20, 32,
            32, 0.1, 0,
            2, 2);

    private TinyExperiments() {}

    /** Hears the names of the cells that were done, and of those that failed. */
    static class Ended implements Experiment.Listener {

        private final List<String> names = Collections.synchronizedList(new ArrayList<>());
        private final List<String> failed = Collections.synchronizedList(new ArrayList<>());

        List<String> names() {
            return names;
        }

        List<String> failed() {
            return failed;
        }

        @Override
        public void progressed(String cell, long done, long size, int allDone, int all) {
            assertThat(done).isBetween(0L, size);
        }

        @Override
        public void ended(String cell, double seconds, int allDone, int all) {
            names.add(cell);
        }

        @Override
        public void failed(String cell, String reason) {
            assertThat(reason).isNotBlank();
            failed.add(cell);
        }
    }
}
