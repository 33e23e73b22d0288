package org.emfuse.rl.torch;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** Types of tensor elements that the project uses, with their names in safetensors files. */
public enum DType {
    /** IEEE single precision. */
    FLOAT32(ScalarType.Float, "F32", 4),
    /** IEEE double precision. */
    FLOAT64(ScalarType.Double, "F64", 8),
    /** The upper half of a single: fast where the processor multiplies it, three digits. */
    BFLOAT16(ScalarType.BFloat16, "BF16", 2),
    /** Indices. */
    INT64(ScalarType.Long, "I64", 8),
    /** Bytes: saved states of generators. */
    UINT8(ScalarType.Byte, "U8", 1),
    /** Masks. */
    BOOL(ScalarType.Bool, "BOOL", 1);

    private final ScalarType torch;
    private final String safetensors;
    private final int bytes;

    DType(ScalarType torch, String safetensors, int bytes) {
        this.torch = torch;
        this.safetensors = safetensors;
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** The name in safetensors files. */
    public String safetensorsName() {
        return safetensors;
    }

    ScalarType torch() {
        return torch;
    }

    static DType of(ScalarType type) {
        ScalarType known = type.intern();
        for (DType candidate : values()) {
            if (candidate.torch == known) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("tensors of type " + known + " are not used here");
    }
}
