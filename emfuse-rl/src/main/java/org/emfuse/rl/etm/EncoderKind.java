package org.emfuse.rl.etm;

import org.emfuse.rl.torch.Parameters;

/** How a model reads histories. */
public enum EncoderKind {

    /** A state and one action: the plain transition model; slices have length 1. */
    PAIR("etm"),
    /** A state, and its actions by attention. */
    ATTENTION("adetm"),
    /** A state, and its actions by a recurrent unit. */
    GRU("adetm-gru");

    private final String id;

    EncoderKind(String id) {
        this.id = id;
    }

    /** The name of models that read so, for commands and records. */
    public String id() {
        return id;
    }

    /** Makes an encoder once its parameters exist. */
    interface Declared {
        HistoryEncoder of(Parameters parameters);
    }

    /** Numbers of a context. */
    int size(int observationSize, int actionSize) {
        return this == PAIR ? observationSize + actionSize : 2 * StateEncoder.SIZE;
    }

    Declared declare(Parameters.Builder builder, int observationSize, int actionSize, int longest) {
        return switch (this) {
            case PAIR -> _ -> new PairEncoder(observationSize + actionSize);
            case ATTENTION -> {
                AttentionEncoder.Layout layout = AttentionEncoder.declare(builder, observationSize, actionSize,
                        longest);
                yield parameters -> new AttentionEncoder(parameters, layout);
            }
            case GRU -> {
                GruEncoder.Layout layout = GruEncoder.declare(builder, observationSize, actionSize);
                yield parameters -> new GruEncoder(parameters, layout);
            }
        };
    }
}
