package org.emfuse.llm.gguf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes small GGUF files (version 3, little endian) with float32 tensors. */
public final class GgufWriter {

    private static final int ALIGNMENT = 32;

    private record Tensor(String name, long[] shape, float[] values) {}

    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();

    /**
     * Adds metadata.
     *
     * @param value a String, Integer (uint32), Float, Boolean, {@code List<String>} or {@code int[]}
     */
    public GgufWriter put(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    /** Adds a tensor; the first dimension is the fastest. */
    public GgufWriter tensor(String name, float[] values, long... shape) {
        tensors.add(new Tensor(name, shape, values));
        return this;
    }

    /** Writes the file. */
    public Path write(Path file) {
        Bytes out = new Bytes();
        out.raw("GGUF".getBytes(StandardCharsets.US_ASCII)).int32(3).int64(tensors.size()).int64(metadata.size());
        metadata.forEach((key, value) -> out.text(key).value(value));
        long offset = 0;
        for (Tensor tensor : tensors) {
            out.text(tensor.name()).int32(tensor.shape().length);
            for (long side : tensor.shape()) {
                out.int64(side);
            }
            out.int32(0).int64(offset);
            offset += padded(4L * tensor.values().length);
        }
        out.pad();
        for (Tensor tensor : tensors) {
            ByteBuffer data = ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
            data.asFloatBuffer().put(tensor.values());
            out.raw(data.array()).pad();
        }
        try {
            return Files.write(file, out.bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long padded(long size) {
        return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static final class Bytes {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Bytes raw(byte[] more) {
            bytes.writeBytes(more);
            return this;
        }

        Bytes int32(int value) {
            return raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
        }

        Bytes int64(long value) {
            return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
        }

        Bytes text(String value) {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            return int64(utf8.length).raw(utf8);
        }

        Bytes pad() {
            return raw(new byte[(int) (padded(bytes.size()) - bytes.size())]);
        }

        void value(Object value) {
            switch (value) {
                case String text -> int32(8).text(text);
                case Integer number -> int32(4).int32(number);
                case Float number -> int32(6).int32(Float.floatToIntBits(number));
                case Boolean flag -> int32(7).raw(new byte[]{(byte) (flag ? 1 : 0)});
                case int[] numbers -> {
                    int32(9).int32(5).int64(numbers.length);
                    for (int number : numbers) {
                        int32(number);
                    }
                }
                case List<?> texts -> {
                    int32(9).int32(8).int64(texts.size());
                    texts.forEach(text -> text((String) text));
                }
                default -> throw new IllegalArgumentException("no GGUF type for " + value.getClass());
            }
        }
    }
}
