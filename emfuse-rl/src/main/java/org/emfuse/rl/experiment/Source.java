package org.emfuse.rl.experiment;

import java.util.List;

import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.offline.OfflineAlgorithm;

/** What a method's policy comes from. */
public sealed interface Source {

    /** The transition models that it needs; empty without a simulator. */
    List<Model> models();

    /**
     * A simulator of one model, or of several energies summed.
     *
     * @param weights of the energies at each state
     * @param calibrated whether energies are summed on the scales of likelihoods
     * @param knownReward whether rewards come from the environment's rules instead of the models
     */
    record Simulator(List<Model> models, PredictionRule.Weights weights, boolean calibrated,
            boolean knownReward) implements Source {

        /** Copies the list. */
        public Simulator {
            models = List.copyOf(models);
        }
    }

    /**
     * A simulator of several sums of energies, which is uncertain where they disagree.
     *
     * @param members the models of each sum
     */
    record Ensemble(List<List<Model>> members) implements Source {

        /** Copies the lists. */
        public Ensemble {
            members = members.stream().map(List::copyOf).toList();
        }

        @Override
        public List<Model> models() {
            return members.stream().flatMap(List::stream).toList();
        }
    }

    /**
     * The data of all domains, without a simulator.
     *
     * @param learner that learns from them
     */
    record Logs(OfflineAlgorithm learner) implements Source {

        @Override
        public List<Model> models() {
            return List.of();
        }
    }

    /** A policy cloned from each domain's data, fused by the law; no simulator. */
    record Clones() implements Source {

        @Override
        public List<Model> models() {
            return List.of();
        }
    }
}
