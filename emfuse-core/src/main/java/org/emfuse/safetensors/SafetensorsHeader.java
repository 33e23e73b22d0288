package org.emfuse.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The header of a file of named tensors: an 8-byte length, a JSON header, raw little-endian data. Everything is checked
 * before it is believed: lengths against the file's size, offsets against shapes, gaps and overlaps.
 *
 * @param path the file
 * @param dataStart where the data begin, in bytes
 * @param entries the tensors by name, in the file's order
 * @param metadata texts by name
 */
public record SafetensorsHeader(Path path, long dataStart, Map<String, Entry> entries, Map<String, String> metadata) {

    /** Larger headers are refused, as the official reader does. */
    private static final long LIMIT = 100_000_000;
    private static final int MOST_DIMENSIONS = 16;

    /**
     * A tensor.
     *
     * @param type of its elements, as the file names it
     * @param shape slowest dimension first
     * @param begin from the start of the data, in bytes
     * @param end behind its last byte
     */
    public record Entry(String type, List<Long> shape, long begin, long end) {}

    /**
     * Reads a header.
     *
     * @param types bytes of an element by the types that the caller can use
     * @throws IllegalArgumentException if it is not a whole, consistent safetensors file of these types
     */
    public static SafetensorsHeader read(Path path, Map<String, Integer> types, JsonObjects json) {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("the file " + path + " does not exist");
        }
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            long size = channel.size();
            if (size < 10) {
                throw wrong(path, "it has " + size + " bytes, fewer than any such file");
            }
            long header = ByteBuffer.wrap(read(channel, 0, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
            if (header < 2 || header > LIMIT || 8 + header > size) {
                throw wrong(path,
                        "it declares a header of " + Long.toUnsignedString(header) + " bytes in a file of " + size);
            }
            String text = text(path, read(channel, 8, (int) header));
            return parse(path, object(path, text, json), types, 8 + header, size - 8 - header);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + path + " could not be read", e);
        }
    }

    private static String text(Path path, byte[] header) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString(); // malformed bytes are refused
        } catch (CharacterCodingException e) {
            throw wrong(path, "its header is not UTF-8");
        }
    }

    private static Map<String, Object> object(Path path, String text, JsonObjects json) {
        try {
            return json.parse(text);
        } catch (IllegalArgumentException e) {
            throw wrong(path, JsonObjects.NO_OBJECT.equals(e.getMessage())
                    ? "its header is not a JSON object"
                    : "its header is not JSON with each name once");
        }
    }

    private static SafetensorsHeader parse(Path path, Map<String, Object> header, Map<String, Integer> types,
            long dataStart, long dataSize) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        header.forEach((name, value) -> {
            if (name.equals("__metadata__")) {
                metadata.putAll(texts(path, value));
            } else {
                entries.put(name, entry(path, name, value instanceof Map<?, ?> node ? node : Map.of(), types,
                        dataSize));
            }
        });
        checkCover(path, entries.values(), dataSize);
        return new SafetensorsHeader(path, dataStart, entries, metadata);
    }

    private static Map<String, String> texts(Path path, @Nullable Object node) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (!(node instanceof Map<?, ?> object)) {
            throw wrong(path, "its __metadata__ is not an object of texts");
        }
        object.forEach((name, value) -> {
            if (!(value instanceof String text)) {
                throw wrong(path, "its __metadata__ is not an object of texts");
            }
            texts.put(String.valueOf(name), text);
        });
        return texts;
    }

    private static Entry entry(Path path, String name, Map<?, ?> node, Map<String, Integer> types, long dataSize) {
        Object type = node.get("dtype");
        Integer width = types.get(type == null ? "" : type.toString());
        if (!(type instanceof String known) || width == null) {
            throw wrong(path, "tensor " + name + " has elements of type '" + (type == null ? "" : type) + "'; "
                    + String.join(", ", types.keySet()) + " are read");
        }
        long[] shape = longs(path, name, "shape", node.get("shape"));
        long[] offsets = longs(path, name, "data_offsets", node.get("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataSize) {
            throw wrong(path,
                    "the offsets of tensor " + name + " " + Arrays.toString(offsets) + " do not lie within its "
                            + dataSize + " bytes of data");
        }
        long bytes = width;
        try {
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
        } catch (ArithmeticException e) {
            throw wrong(path, "tensor " + name + " has an impossible shape " + Arrays.toString(shape));
        }
        if (bytes != offsets[1] - offsets[0]) {
            throw wrong(path, "tensor " + name + " of shape " + Arrays.toString(shape) + " needs " + bytes
                    + " bytes, its offsets hold " + (offsets[1] - offsets[0]));
        }
        return new Entry(known, Arrays.stream(shape).boxed().toList(), offsets[0], offsets[1]);
    }

    private static long[] longs(Path path, String name, String key, @Nullable Object node) {
        if (!(node instanceof List<?> list) || list.size() > MOST_DIMENSIONS) {
            throw wrong(path, "tensor " + name + " has no list of numbers " + key);
        }
        long[] values = new long[list.size()];
        for (int i = 0; i < values.length; i++) {
            Object value = list.get(i);
            boolean whole = value instanceof Integer || value instanceof Long
                    || (value instanceof BigInteger big && big.bitLength() < Long.SIZE);
            if (!whole || ((Number) value).longValue() < 0) {
                throw wrong(path, "tensor " + name + " has " + key + " " + list + "; whole numbers >= 0 are expected");
            }
            values[i] = ((Number) value).longValue();
        }
        return values;
    }

    /** Tensors must cover the data exactly once. */
    private static void checkCover(Path path, Iterable<Entry> entries, long dataSize) {
        List<Entry> sorted = new ArrayList<>();
        entries.forEach(sorted::add);
        sorted.sort((a, b) -> a.begin != b.begin ? Long.compare(a.begin, b.begin) : Long.compare(a.end, b.end));
        long end = 0;
        for (Entry entry : sorted) {
            if (entry.begin != end) {
                throw wrong(path, "its tensors overlap or leave a gap at byte " + end + " of the data");
            }
            end = entry.end;
        }
        if (end != dataSize) {
            throw wrong(path, "its tensors take " + end + " bytes, the file holds " + dataSize);
        }
    }

    private static IllegalArgumentException wrong(Path path, String why) {
        return new IllegalArgumentException("the file " + path + " is not a safetensors file that can be read: " + why
                + ". Write it again, or fetch it again if it was copied");
    }

    private static byte[] read(SeekableByteChannel channel, long start, int length) throws IOException {
        byte[] bytes = new byte[length];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        channel.position(start);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("the file ended at byte " + channel.position());
            }
        }
        return bytes;
    }

    /**
     * The bytes of a tensor, little-endian; the caller owns the array.
     *
     * @throws IllegalArgumentException if there is no such tensor, or it has more than 2 GiB
     * @throws UncheckedIOException if the file cannot be read
     */
    public byte[] data(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "the file " + path + " has no tensor " + name + "; it has " + entries.keySet());
        }
        long length = entry.end - entry.begin;
        if (length > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("tensor " + name + " of " + path + " has " + length
                    + " bytes; up to 2 GiB are read");
        }
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            return read(channel, dataStart + entry.begin, (int) length);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + path + " could not be read", e);
        }
    }
}
