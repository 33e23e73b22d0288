package org.emfuse.rl.torch;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file of named tensors in the safetensors format: an 8-byte length, a JSON header, raw little-endian data. Everything is
 * checked before it is believed: lengths against the file's size, offsets against shapes, gaps and overlaps.
 */
public final class SafetensorsFile {

    /** Larger headers are refused, as the official reader does. */
    private static final long HEADER_LIMIT = 100_000_000;
    private static final JsonMapper JSON = JsonMapper
            .builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build()).build();

    private record Entry(DType type, long[] shape, long begin, long end) {}

    private final Path path;
    private final long dataStart;
    private final Map<String, Entry> entries;
    private final Map<String, String> metadata;

    private SafetensorsFile(Path path, long dataStart, Map<String, Entry> entries, Map<String, String> metadata) {
        this.path = path;
        this.dataStart = dataStart;
        this.entries = entries;
        this.metadata = metadata;
    }

    /**
     * Reads the header of a file.
     *
     * @throws IllegalArgumentException if it is not a whole, consistent safetensors file
     */
    public static SafetensorsFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("the file " + path + " does not exist");
        }
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            long size = channel.size();
            if (size < 10) {
                throw wrong(path, "it has " + size + " bytes, fewer than any such file");
            }
            long header = read(channel, 0, 8).getLong(0);
            if (header < 2 || header > HEADER_LIMIT || 8 + header > size) {
                throw wrong(path,
                        "it declares a header of " + Long.toUnsignedString(header) + " bytes in a file of " + size);
            }
            JsonNode root = JSON.readTree(text(path, read(channel, 8, (int) header)));
            if (!(root instanceof ObjectNode object)) {
                throw wrong(path, "its header is not a JSON object");
            }
            return parse(path, object, 8 + header, size - 8 - header);
        } catch (JacksonException e) {
            throw wrong(path, "its header is not JSON with each name once");
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + path + " could not be read", e);
        }
    }

    private static String text(Path path, ByteBuffer header) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(header).toString(); // malformed bytes are refused
        } catch (CharacterCodingException e) {
            throw wrong(path, "its header is not UTF-8");
        }
    }

    private static SafetensorsFile parse(Path path, ObjectNode header, long dataStart, long dataSize) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : header.properties()) {
            if (property.getKey().equals("__metadata__")) {
                metadata.putAll(texts(path, property.getValue()));
            } else {
                entries.put(property.getKey(), entry(path, property.getKey(), property.getValue(), dataSize));
            }
        }
        checkCover(path, entries.values(), dataSize);
        return new SafetensorsFile(path, dataStart, entries, metadata);
    }

    private static Map<String, String> texts(Path path, JsonNode node) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (each.getValue().isString()) {
                texts.put(each.getKey(), each.getValue().asString());
            }
        }
        if (!node.isObject() || texts.size() < node.size()) {
            throw wrong(path, "its __metadata__ is not an object of texts");
        }
        return texts;
    }

    private static Entry entry(Path path, String name, JsonNode node, long dataSize) {
        DType type = type(path, name, node.path("dtype").asString(""));
        long[] shape = longs(path, name, "shape", node.path("shape"));
        long[] offsets = longs(path, name, "data_offsets", node.path("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataSize) {
            throw wrong(path,
                    "the offsets of tensor " + name + " " + Arrays.toString(offsets) + " do not lie within its "
                            + dataSize + " bytes of data");
        }
        long bytes = type.bytes();
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
        return new Entry(type, shape, offsets[0], offsets[1]);
    }

    private static DType type(Path path, String name, String found) {
        for (DType type : DType.values()) {
            if (type.safetensorsName().equals(found)) {
                return type;
            }
        }
        throw wrong(path,
                "tensor " + name + " has elements of type '" + found + "'; F32, F64, BF16, I64, U8 and BOOL are read");
    }

    private static long[] longs(Path path, String name, String key, JsonNode node) {
        if (!node.isArray() || node.size() > 16) {
            throw wrong(path, "tensor " + name + " has no list of numbers " + key);
        }
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = node.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
                throw wrong(path, "tensor " + name + " has " + key + " " + node + "; whole numbers >= 0 are expected");
            }
            values[i] = value.asLong();
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

    private static ByteBuffer read(SeekableByteChannel channel, long start, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        channel.position(start);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("the file ended at byte " + channel.position());
            }
        }
        return buffer.flip();
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Names of the tensors, in the file's order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** The header's texts by name. */
    public Map<String, String> metadata() {
        return Map.copyOf(metadata);
    }

    /** A tensor with the file's type and shape, which the caller owns. */
    public Tensor tensor(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "the file " + path + " has no tensor " + name + "; it has " + entries.keySet());
        }
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            long length = entry.end - entry.begin;
            if (length > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException("tensor " + name + " of " + path + " has " + length
                        + " bytes; up to 2 GiB are read");
            }
            return Tensors.raw(read(channel, dataStart + entry.begin, (int) length).array(), entry.type, entry.shape);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + path + " could not be read", e);
        }
    }

    /**
     * A tensor that must have a shape; the caller owns it.
     *
     * @throws IllegalArgumentException if it is missing or has another shape
     */
    public Tensor tensor(String name, long... shape) {
        @Nullable
        Entry entry = entries.get(name);
        if (entry != null && !Arrays.equals(entry.shape, shape)) {
            throw new IllegalArgumentException("tensor " + name + " of " + path + " has shape "
                    + Arrays.toString(entry.shape) + ", expected " + Arrays.toString(shape));
        }
        return tensor(name);
    }

    /**
     * Writes a file: first beside it, then moved, so that a reader sees the old file or the whole new one.
     *
     * @param tensors by name, in the order of the file; not closed
     * @param metadata texts for the header
     */
    public static void write(Path path, Map<String, Tensor> tensors, Map<String, String> metadata) {
        Path part = path.resolveSibling(path.getFileName() + ".part");
        try {
            try (FileOutputStream out = new FileOutputStream(part.toFile())) {
                byte[] header = header(tensors, metadata);
                out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
                out.write(header);
                for (Tensor tensor : tensors.values()) {
                    out.write(bytes(tensor));
                }
                out.getFD().sync(); // on the disk before it takes the old file's place
            }
            Files.move(part, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (RuntimeException e) {
            part.toFile().delete();
            throw e;
        } catch (IOException e) {
            part.toFile().delete();
            throw new UncheckedIOException("the file " + path + " could not be written", e);
        }
    }

    private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode texts = root.putObject("__metadata__");
        metadata.forEach(texts::put);
        long offset = 0;
        for (Map.Entry<String, Tensor> each : tensors.entrySet()) {
            Tensor tensor = each.getValue();
            ObjectNode node = root.putObject(each.getKey());
            node.put("dtype", tensor.type().safetensorsName());
            for (long size : tensor.shape()) {
                node.withArray("shape").add(size);
            }
            node.withArray("shape");
            long end = offset + tensor.elements() * tensor.type().bytes();
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        String json = JSON.writeValueAsString(root);
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(bytes, (bytes.length + 7) / 8 * 8); // data begins at a multiple of 8
        Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
        return padded;
    }

    private static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[Math.toIntExact(tensor.elements() * tensor.type().bytes())];
        if (bytes.length == 0) {
            return bytes; // no memory to point at
        }
        try (TorchScope _ = new TorchScope()) {
            new BytePointer(tensor.detach().contiguous().raw().data_ptr()).get(bytes);
        }
        return bytes;
    }
}
