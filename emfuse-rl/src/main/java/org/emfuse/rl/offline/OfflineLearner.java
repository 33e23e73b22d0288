package org.emfuse.rl.offline;

import java.util.Map;

import org.emfuse.rl.policy.GaussianActor;
import org.emfuse.rl.replay.Batch;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;

/** Learns a policy from stored transitions alone, one batch at a time. Not thread-safe. */
public interface OfflineLearner extends AutoCloseable {

    /**
     * One update; returns what it measured, by name.
     *
     * @param update its number, counted from 1
     */
    Map<String, Double> update(long update, Batch batch);

    /**
     * The policy so far, which takes raw observations and acts by its mode; a network of its own that the caller closes.
     */
    GaussianActor policy();

    /** Everything that an exact resume needs; new tensors belong to the current scope. */
    Map<String, Tensor> named(String prefix);

    /** Goes to the state of a checkpoint. */
    void load(SafetensorsFile file, String prefix);

    /** Frees networks and optimisers; idempotent. */
    @Override
    void close();
}
