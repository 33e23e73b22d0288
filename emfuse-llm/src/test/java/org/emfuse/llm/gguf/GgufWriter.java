package org.emfuse.llm.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes GGUF version 3 files of float32 tensors. Tensors may lie about their place, for damaged files. */
public final class GgufWriter {

    private static final int ALIGNMENT = 32;
    private static final int UINT32 = 4;
    private static final int INT32 = 5;
    private static final int FLOAT32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
    private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private long keyCount;
    private long tensorCount;

    /** A text. */
    public GgufWriter string(String key, String value) {
        key(key, STRING);
        text(keys, value);
        return this;
    }

    /** An unsigned number. */
    public GgufWriter uint32(String key, int value) {
        key(key, UINT32);
        int32(keys, value);
        return this;
    }

    /** A real number. */
    public GgufWriter float32(String key, float value) {
        key(key, FLOAT32);
        int32(keys, Float.floatToRawIntBits(value));
        return this;
    }

    /** A truth value. */
    public GgufWriter bool(String key, boolean value) {
        key(key, BOOL);
        keys.write(value ? 1 : 0);
        return this;
    }

    /** A list of texts. */
    public GgufWriter strings(String key, List<String> values) {
        key(key, ARRAY);
        int32(keys, STRING);
        int64(keys, values.size());
        values.forEach(value -> text(keys, value));
        return this;
    }

    /** A list of numbers. */
    public GgufWriter int32s(String key, int[] values) {
        key(key, ARRAY);
        int32(keys, INT32);
        int64(keys, values.length);
        for (int value : values) {
            int32(keys, value);
        }
        return this;
    }

    /** A tensor; {@code dimensions} are fastest first. */
    public GgufWriter tensor(String name, float[] values, long... dimensions) {
        info(name, 0, data.size(), dimensions);
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        data.writeBytes(bytes.array());
        data.writeBytes(new byte[Math.floorMod(-data.size(), ALIGNMENT)]);
        return this;
    }

    /** A tensor that is announced but has no data of its own. */
    public GgufWriter info(String name, int type, long offset, long... dimensions) {
        tensorCount++;
        text(infos, name);
        int32(infos, dimensions.length);
        for (long dimension : dimensions) {
            int64(infos, dimension);
        }
        int32(infos, type);
        int64(infos, offset);
        return this;
    }

    /** Writes the file. */
    public Path write(Path file) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int32(all, 0x46554747);
        int32(all, 3);
        int64(all, tensorCount);
        int64(all, keyCount);
        all.writeBytes(keys.toByteArray());
        all.writeBytes(infos.toByteArray());
        all.writeBytes(new byte[Math.floorMod(-all.size(), ALIGNMENT)]);
        all.writeBytes(data.toByteArray());
        try {
            return Files.write(file, all.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void key(String name, int type) {
        keyCount++;
        text(keys, name);
        int32(keys, type);
    }

    private static void text(ByteArrayOutputStream out, String value) {
        byte[] bytes = value.getBytes(UTF_8);
        int64(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void int32(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    private static void int64(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }
}
