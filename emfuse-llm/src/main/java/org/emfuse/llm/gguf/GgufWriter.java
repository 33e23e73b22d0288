package org.emfuse.llm.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes GGUF files of version 3. Keys and the list of tensors are kept in memory, tensors' data are asked for when the
 * file is written. A tensor may be announced without data, so that a test can make a file that lies.
 */
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
    private final List<Supplier<ByteBuffer>> data = new ArrayList<>();
    private long dataBytes;
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

    /** A float32 tensor; {@code dimensions} are fastest first. */
    public GgufWriter tensor(String name, float[] values, long... dimensions) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(name, 0, bytes.capacity(), () -> bytes, dimensions);
    }

    /**
     * A tensor of any type.
     *
     * @param type ggml's number of the element type
     * @param bytes that its data have
     * @param values gives the data when the file is written, from position to limit
     * @param dimensions fastest first
     */
    public GgufWriter tensor(String name, int type, long bytes, Supplier<ByteBuffer> values, long... dimensions) {
        info(name, type, dataBytes, dimensions);
        data.add(values);
        dataBytes += bytes + Math.floorMod(-bytes, (long) ALIGNMENT);
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

    /**
     * Writes the file, over one that may be there.
     *
     * @throws UncheckedIOException if it cannot be written; what was written stays
     */
    public Path write(Path file) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int32(head, 0x46554747);
        int32(head, 3);
        int64(head, tensorCount);
        int64(head, keyCount);
        head.writeBytes(keys.toByteArray());
        head.writeBytes(infos.toByteArray());
        head.writeBytes(new byte[Math.floorMod(-head.size(), ALIGNMENT)]);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            write(out, ByteBuffer.wrap(head.toByteArray()));
            for (Supplier<ByteBuffer> values : data) {
                ByteBuffer bytes = values.get().duplicate();
                int padding = Math.floorMod(-bytes.remaining(), ALIGNMENT);
                write(out, bytes);
                write(out, ByteBuffer.allocate(padding));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be written", e);
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
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
