package org.emfuse.rl.torch;

import java.io.FileOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.bytedeco.javacpp.BytePointer;
import org.emfuse.record.WholeFile;
import org.emfuse.safetensors.JsonObjects;
import org.emfuse.safetensors.SafetensorsHeader;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file of named tensors in the safetensors format: an 8-byte length, a JSON header, raw little-endian data. Everything is
 * checked before it is believed (see {@link SafetensorsHeader}).
 */
public final class SafetensorsFile {

    private static final JsonMapper JSON = JsonMapper
            .builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build()).build();

    private static final Map<String, Integer> TYPES = types();

    private final SafetensorsHeader header;

    private SafetensorsFile(SafetensorsHeader header) {
        this.header = header;
    }

    private static Map<String, Integer> types() {
        Map<String, Integer> types = new LinkedHashMap<>();
        for (DType type : DType.values()) {
            types.put(type.safetensorsName(), type.bytes());
        }
        return types;
    }

    /**
     * Reads the header of a file.
     *
     * @throws IllegalArgumentException if it is not a whole, consistent safetensors file
     */
    public static SafetensorsFile open(Path path) {
        return new SafetensorsFile(SafetensorsHeader.read(path, TYPES, SafetensorsFile::object));
    }

    private static Map<String, Object> object(String text) {
        try {
            if (!(JSON.readTree(text) instanceof ObjectNode object)) {
                throw new IllegalArgumentException(JsonObjects.NO_OBJECT);
            }
            return JSON.convertValue(object, new TypeReference<LinkedHashMap<String, Object>>() {
            });
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    /** The file. */
    public Path path() {
        return header.path();
    }

    /** Names of the tensors, in the file's order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(header.entries().keySet());
    }

    /** The header's texts by name. */
    public Map<String, String> metadata() {
        return Map.copyOf(header.metadata());
    }

    /** A tensor with the file's type and shape, which the caller owns. */
    public Tensor tensor(String name) {
        byte[] data = header.data(name);
        SafetensorsHeader.Entry entry = Objects.requireNonNull(header.entries().get(name));
        return Tensors.raw(data, type(entry), shape(entry));
    }

    private static DType type(SafetensorsHeader.Entry entry) {
        return Arrays.stream(DType.values()).filter(type -> type.safetensorsName().equals(entry.type())).findFirst()
                .orElseThrow();
    }

    private static long[] shape(SafetensorsHeader.Entry entry) {
        return entry.shape().stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * A tensor that must have a shape; the caller owns it.
     *
     * @throws IllegalArgumentException if it is missing or has another shape
     */
    public Tensor tensor(String name, long... shape) {
        SafetensorsHeader.@Nullable Entry entry = header.entries().get(name);
        if (entry != null && !Arrays.equals(shape(entry), shape)) {
            throw new IllegalArgumentException("tensor " + name + " of " + path() + " has shape " + entry.shape()
                    + ", expected " + Arrays.toString(shape));
        }
        return tensor(name);
    }

    /**
     * Writes a file: first beside it, then moved, so that a reader sees the old file or the whole new one.
     *
     * @param tensors by name, in the order of the file; not closed
     * @param metadata texts for the header; in the order of their names, so that equal contents give equal files
     */
    public static void write(Path path, Map<String, Tensor> tensors, Map<String, String> metadata) {
        WholeFile.write(path, part -> {
            try (FileOutputStream out = new FileOutputStream(part.toFile())) {
                byte[] header = header(tensors, metadata);
                out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
                out.write(header);
                for (Tensor tensor : tensors.values()) {
                    out.write(bytes(tensor));
                }
                out.getFD().sync(); // on the disk before it takes the old file's place
            }
        });
    }

    private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode texts = root.putObject("__metadata__");
        new TreeMap<>(metadata).forEach(texts::put);
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
