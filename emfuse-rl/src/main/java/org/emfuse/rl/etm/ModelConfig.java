package org.emfuse.rl.etm;

/** What the settings of every training of a transition model have; they are records. */
public interface ModelConfig {

    /** The kind of model, for commands and records. */
    String kind();

    /** k, the longest slice. */
    int longest();

    /** Updates in all. */
    long updates();

    /** Updates between measurements of the hold-out error. */
    long evaluateEvery();

    /** Measurements without a better one after which training stops. */
    int patience();

    /** Slices of each length in a measurement. */
    int evaluationRows();

    /** The seed of everything random. */
    long seed();

    /** Hash of the data's content. */
    String data();
}
