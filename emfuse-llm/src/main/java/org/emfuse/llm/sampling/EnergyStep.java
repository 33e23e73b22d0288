package org.emfuse.llm.sampling;

/** One step between the fused energies and those that are sampled from; +∞ removes a token. */
public interface EnergyStep {

    /** The name in explanations. */
    String name();

    /** Changes the energies in place; they need not be normalised afterwards. */
    void apply(float[] energies);
}
