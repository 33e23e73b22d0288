package org.emfuse.rl.torch;

/** Sees what linear layers are applied to, while {@link Parameters#observe} lets it. */
@FunctionalInterface
public interface LinearInputs {

    /**
     * One application of a layer {@code x · W}.
     *
     * @param weight name of W
     * @param x inputs [… , in]; they belong to the current scope
     */
    void see(String weight, Tensor x);

    /** Ends an observation when closed. */
    interface Observation extends AutoCloseable {
        @Override
        void close();
    }
}
