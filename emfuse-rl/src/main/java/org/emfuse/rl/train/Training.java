package org.emfuse.rl.train;

import java.util.Map;

import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;

/**
 * Learning that goes on step by step. All of its state can be saved between two steps and restored bit for bit. One thread at
 * a time.
 *
 * @param <P> what a step reports
 */
public interface Training<P> extends AutoCloseable {

    /** Steps taken so far. */
    long steps();

    /** Whether all steps were taken. */
    boolean done();

    /**
     * Takes one step.
     *
     * @throws IllegalStateException if a loss is no longer a finite number; the training cannot go on
     */
    P step();

    /** Everything that an exact resume needs, in a fixed order; new tensors belong to the current scope. */
    Map<String, Tensor> named();

    /**
     * Goes to the state of a checkpoint of a training with the same settings.
     *
     * @throws IllegalArgumentException if the file is not such a checkpoint
     */
    void load(SafetensorsFile file);

    /** Frees networks and optimisers; idempotent. */
    @Override
    void close();
}
