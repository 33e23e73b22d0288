package org.emfuse.llm.gguf;

import java.nio.file.Path;

/** Files that are sound GGUF but not a model or adapter that fits the tiny models. */
public enum WrongModel {

    /** An architecture that no engine knows. */
    UNKNOWN_ARCHITECTURE("unknown model architecture", false) {
        @Override
        GgufWriter writer() {
            return TinyModels.of(1).header("emfusenet").tensor("token_embd.weight", new float[64], 64);
        }
    },
    /** Keys without tensors. */
    NO_TENSORS("could not load", false) {
        @Override
        GgufWriter writer() {
            return TinyModels.of(1).header("llama");
        }
    },
    /** An embedding for another vocabulary than the tokens. */
    WRONG_SHAPE("token_embd.weight", false) {
        @Override
        GgufWriter writer() {
            return TinyModels.of(1).header("llama").tensor("token_embd.weight", new float[64 * 32], 64, 32);
        }
    },
    /** An image model or anything else without a tokenizer. */
    NO_TOKENIZER("is not a language model", false) {
        @Override
        GgufWriter writer() {
            return new GgufWriter().string("general.architecture", "llama").uint32("llama.block_count", 2);
        }
    },
    /** Nothing says what it is. */
    NO_ARCHITECTURE("is not a language model", false) {
        @Override
        GgufWriter writer() {
            return new GgufWriter().string("general.name", "nothing");
        }
    },
    /** An adapter of another architecture. */
    ADAPTER_OF_OTHER_ARCHITECTURE("is an adapter of architecture gemma3", true) {
        @Override
        GgufWriter writer() {
            return TinyModels.adapter("gemma3", "lora", TinyModels.RANK, 1, 1);
        }
    },
    /** An adapter, but not LoRA. */
    OTHER_KIND_OF_ADAPTER("is not a LoRA adapter", true) {
        @Override
        GgufWriter writer() {
            return TinyModels.adapter("llama", "control_vector", TinyModels.RANK, 1, 1);
        }
    },
    /** A and B of different ranks. */
    ADAPTER_WITH_TWO_RANKS("has rank 4 in A and 5 in B", true) {
        @Override
        GgufWriter writer() {
            return TinyModels.adapter("llama", "lora", TinyModels.RANK + 1, 1, 1);
        }
    },
    /** An adapter of a wider model. */
    ADAPTER_OF_OTHER_WIDTH("blk.0.attn_q.weight", true) {
        @Override
        GgufWriter writer() {
            return bare().tensor("blk.0.attn_q.weight.lora_a", new float[128 * 4], 128, 4)
                    .tensor("blk.0.attn_q.weight.lora_b", new float[4 * 128], 4, 128);
        }
    },
    /** An adapter of a deeper model. */
    ADAPTER_OF_MORE_LAYERS("blk.7.attn_q.weight does not exist", true) {
        @Override
        GgufWriter writer() {
            return bare().tensor("blk.7.attn_q.weight.lora_a", new float[64 * 4], 64, 4)
                    .tensor("blk.7.attn_q.weight.lora_b", new float[4 * 64], 4, 64);
        }
    },
    /** A without its B. */
    HALF_AN_ADAPTER("has no blk.0.attn_q.weight.lora_b", true) {
        @Override
        GgufWriter writer() {
            return bare().tensor("blk.0.attn_q.weight.lora_a", new float[64 * 4], 64, 4);
        }
    },
    /** A tensor that belongs to no map. */
    STRAY_TENSOR("has a tensor that is not of a LoRA adapter: something", true) {
        @Override
        GgufWriter writer() {
            return bare().tensor("something", new float[8], 8);
        }
    },
    /** An adapter of nothing: it would pass as an expert that equals its base. */
    EMPTY_ADAPTER("holds no tensor", true) {
        @Override
        GgufWriter writer() {
            return bare();
        }
    };

    private final String message;
    private final boolean adapter;

    WrongModel(String message, boolean adapter) {
        this.message = message;
        this.adapter = adapter;
    }

    abstract GgufWriter writer();

    /** What the error message must contain. */
    public String message() {
        return message;
    }

    /** Whether it is to be loaded as an adapter. */
    public boolean isAdapter() {
        return adapter;
    }

    /** Writes the file. */
    public Path write(Path file) {
        return writer().write(file);
    }

    private static GgufWriter bare() {
        return new GgufWriter().string("general.type", "adapter").string("adapter.type", "lora")
                .string("general.architecture", "llama").float32("adapter.lora.alpha", 4);
    }
}
