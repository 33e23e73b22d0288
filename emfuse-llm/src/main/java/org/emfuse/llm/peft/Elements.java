package org.emfuse.llm.peft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Element types of adapters, in both formats. */
enum Elements {
    /** Single precision. */
    F32(4, 0),
    /** Half precision. */
    F16(2, 1),
    /** The upper half of a single; written as a single, which every engine reads and which holds it exactly. */
    BF16(2, 0);

    private static final int FLOAT32 = 0;

    private final int bytes;
    private final int ggml;

    Elements(int bytes, int ggml) {
        this.bytes = bytes;
        this.ggml = ggml;
    }

    /** Bytes of an element by the type's name. */
    static Map<String, Integer> widths() {
        Map<String, Integer> widths = new LinkedHashMap<>();
        for (Elements type : values()) {
            widths.put(type.name(), type.bytes);
        }
        return widths;
    }

    /** ggml's number of the type that values are written as, once they are scaled by a factor. */
    int writtenAs(double factor) {
        return factor == 1 ? ggml : FLOAT32;
    }

    /** Bytes that so many values are written in. */
    long writtenBytes(long values, double factor) {
        return values * (writtenAs(factor) == FLOAT32 ? 4 : 2);
    }

    /**
     * The values as they are written: scaled and in the other type.
     *
     * @param values little-endian
     * @throws IllegalArgumentException if one is not a finite number; the message is about it alone
     */
    ByteBuffer written(ByteBuffer values, double factor) {
        int count = values.remaining() / bytes;
        boolean single = writtenAs(factor) == FLOAT32;
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(writtenBytes(count, factor)))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int k = 0; k < count; k++) {
            float value = at(values, k);
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("its value " + k + " is " + value);
            }
            if (single) {
                out.putFloat((float) (value * factor));
            } else {
                out.putShort(values.getShort(2 * k));
            }
        }
        return out.flip();
    }

    private float at(ByteBuffer values, int k) {
        return switch (this) {
            case F32 -> values.getFloat(4 * k);
            case F16 -> Float.float16ToFloat(values.getShort(2 * k));
            case BF16 -> Float.intBitsToFloat(values.getShort(2 * k) << 16);
        };
    }
}
