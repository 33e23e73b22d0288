package org.emfuse.llm.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import org.emfuse.wording.FileFailure;

/**
 * The header of a GGUF file, read and checked against the file's size. Native readers can end the process on a damaged
 * file; this one throws.
 *
 * @param path the file
 * @param metadata keys to values: numbers, booleans, strings; an array is an {@link ArrayValue}
 * @param tensors the tensors that the file says it holds
 */
public record GgufFile(Path path, Map<String, Object> metadata, List<Tensor> tensors) {

    private static final int MAGIC = 0x46554747;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED
            .withOrder(ByteOrder.LITTLE_ENDIAN);

    /** More than any file holds, and few enough to be multiplied with the bytes of a block. */
    private static final long MOST_ELEMENTS = 1L << 50;

    /** Bytes of the element types 0 to 12; 8 is a string, 9 an array. */
    private static final int[] WIDTHS = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    /**
     * An array of the metadata; its values are not kept.
     *
     * @param length elements
     * @param sha256 of its bytes in the file, in hex
     */
    public record ArrayValue(long length, String sha256) {}

    /**
     * A tensor.
     *
     * @param dimensions fastest first
     * @param type ggml's number of the element type
     * @param offset from the start of the data section, in bytes
     */
    public record Tensor(String name, List<Long> dimensions, int type, long offset) {}

    /**
     * Reads a header.
     *
     * @throws GgufException if the file cannot be read, is not GGUF, or is damaged or cut off; the message says where
     */
    public static GgufFile read(Path path) {
        return read(path, "", new ArrayList<>());
    }

    private static GgufFile read(Path path, String wanted, List<byte[]> texts) {
        if (!Files.isRegularFile(path)) {
            throw new GgufException(path,
                    Files.isDirectory(path) ? "is a folder, expected a GGUF file" : "does not exist");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ); Arena arena = Arena.ofConfined()) {
            if (channel.size() < 24) {
                throw new GgufException(path, "is too short for a GGUF file: " + channel.size() + " bytes");
            }
            return new Reader(path, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena), wanted, texts)
                    .file();
        } catch (IOException e) {
            throw new GgufException(path, "could not be read: " + FileFailure.reason(e));
        }
    }

    /** A string value, if there is one. */
    public Optional<String> string(String key) {
        return metadata.get(key) instanceof String value ? Optional.of(value) : Optional.empty();
    }

    /** What the file is: {@code model} or {@code adapter}. */
    public String kind() {
        return string("general.type").orElse("model");
    }

    /** A whole number, if there is one. */
    public OptionalLong integer(String key) {
        return metadata.get(key) instanceof Long value ? OptionalLong.of(value) : OptionalLong.empty();
    }

    /** The architecture that the file says it has, {@code unknown} if it says none. */
    public String architecture() {
        return string("general.architecture").orElse("unknown");
    }

    /**
     * Refuses what is no language model.
     *
     * @throws IllegalArgumentException if it is an adapter, or has no architecture or tokenizer
     */
    public void requireModel() {
        if (!kind().equals("model") || string("general.architecture").isEmpty()
                || string("tokenizer.ggml.model").isEmpty()) {
            throw new IllegalArgumentException("the file " + path + " is not a language model: it is of type "
                    + kind() + ", architecture " + string("general.architecture").orElse("unknown")
                    + ". An adapter goes under 'adapter', not under 'base' or 'model'.");
        }
    }

    /**
     * The texts of an array, read again from the file: they are not kept otherwise.
     *
     * @return their bytes, as they stand; empty if there is no such array of texts
     * @throws GgufException if the file changed and is unsound now
     */
    public List<byte[]> texts(String key) {
        List<byte[]> texts = new ArrayList<>();
        read(path, key, texts);
        return texts;
    }

    /** Reads through the mapped file; every access is bounds-checked. */
    private static final class Reader {

        private final Path path;
        private final MemorySegment file;
        private final String wanted;
        private final List<byte[]> texts;
        private long at;

        /** {@code texts} gets the elements of the array of texts under the key {@code wanted}. */
        Reader(Path path, MemorySegment file, String wanted, List<byte[]> texts) {
            this.path = path;
            this.file = file;
            this.wanted = wanted;
            this.texts = texts;
        }

        GgufFile file() {
            try {
                int magic = int32();
                if (magic != MAGIC) {
                    throw damaged("is not a GGUF file: it starts with " + printable(), 0);
                }
                int version = int32();
                if (version < 2 || version > 3) {
                    throw damaged("has GGUF version " + version + ", expected 2 or 3", 4);
                }
                long tensorCount = count("tensors", 24);
                long keyCount = count("metadata keys", 13);
                Map<String, Object> metadata = new LinkedHashMap<>();
                for (long k = 0; k < keyCount; k++) {
                    String key = string();
                    if (metadata.put(key, value(int32(), key.equals(wanted))) != null) {
                        throw damaged("has the key " + key + " twice", at);
                    }
                }
                List<Tensor> tensors = new ArrayList<>();
                for (long t = 0; t < tensorCount; t++) {
                    tensors.add(tensor());
                }
                checkData(tensors, metadata.get("general.alignment") instanceof Number n ? n.longValue() : 32);
                return new GgufFile(path, metadata, tensors);
            } catch (IndexOutOfBoundsException e) {
                throw damaged("ends in the middle of its header", at);
            }
        }

        private void checkData(List<Tensor> tensors, long alignment) {
            if (alignment <= 0 || alignment > 1 << 20) {
                throw damaged("has an impossible alignment of " + alignment, at);
            }
            long start = (at + alignment - 1) / alignment * alignment;
            Set<String> names = new HashSet<>();
            for (Tensor tensor : tensors) {
                if (!names.add(tensor.name())) {
                    throw damaged("has the tensor " + tensor.name() + " twice", at);
                }
                long elements = elements(tensor);
                long end = start + tensor.offset() + ElementType.bytes(tensor.type(), elements);
                if (tensor.offset() < 0 || end < 0 || end > file.byteSize()) {
                    throw damaged("is cut off: tensor " + tensor.name() + " ends at byte " + end + " of "
                            + file.byteSize(), at);
                }
            }
        }

        private long elements(Tensor tensor) {
            // Stop far below 2^63, so that the size in bytes cannot wrap around either.
            long elements = 1;
            for (long dimension : tensor.dimensions()) {
                if (dimension > 0 && elements > MOST_ELEMENTS / dimension) {
                    throw damaged("has a tensor of impossible size " + tensor.dimensions(), at);
                }
                elements *= dimension;
            }
            return elements;
        }

        private Tensor tensor() {
            String name = string();
            int rank = int32();
            if (rank < 0 || rank > 4) {
                throw damaged("has a tensor of " + rank + " dimensions", at - 4);
            }
            List<Long> dimensions = new ArrayList<>();
            for (int d = 0; d < rank; d++) {
                long dimension = int64();
                if (dimension < 0 || dimension > 1L << 40) {
                    throw damaged("has a tensor dimension of " + dimension, at - 8);
                }
                dimensions.add(dimension);
            }
            return new Tensor(name, dimensions, int32(), int64());
        }

        private Object value(int type, boolean keep) {
            return switch (type) {
                case 0, 1 -> (long) file.get(ValueLayout.JAVA_BYTE, advance(1));
                case 2, 3 -> (long) file.get(SHORT, advance(2));
                case 4, 5 -> (long) int32();
                case 6 -> Float.intBitsToFloat(int32());
                case 7 -> file.get(ValueLayout.JAVA_BYTE, advance(1)) != 0;
                case 8 -> string();
                case 9 -> array(keep);
                case 10, 11 -> int64();
                case 12 -> Double.longBitsToDouble(int64());
                default -> throw damaged("has a value of unknown type " + type, at - 4);
            };
        }

        private ArrayValue array(boolean keep) {
            int type = int32();
            if (type < 0 || type >= WIDTHS.length || type == 9) {
                throw damaged("has an array of unknown type " + type, at - 4);
            }
            long length = count("array elements", type == 8 ? 8 : WIDTHS[type]);
            long start = at;
            if (type == 8) {
                for (long k = 0; k < length; k++) {
                    byte[] text = bytes();
                    if (keep) {
                        texts.add(text);
                    }
                }
            } else {
                advance(length * WIDTHS[type]);
            }
            return new ArrayValue(length, sha256(file.asSlice(start, at - start)));
        }

        private static String sha256(MemorySegment bytes) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(bytes.asByteBuffer());
                return HexFormat.of().formatHex(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        /** A count that the rest of the file must be able to hold. */
        private long count(String what, int least) {
            long count = int64();
            if (count < 0 || count > (file.byteSize() - at) / least) {
                throw damaged("says that it holds " + Long.toUnsignedString(count) + " " + what
                        + ", more than its size allows", at - 8);
            }
            return count;
        }

        private String string() {
            return new String(bytes(), UTF_8);
        }

        private byte[] bytes() {
            long length = count("bytes of a string", 1);
            long from = advance(length);
            return file.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
        }

        private int int32() {
            return file.get(INT, advance(4));
        }

        private long int64() {
            return file.get(LONG, advance(8));
        }

        private long advance(long bytes) {
            long from = at;
            if (bytes > file.byteSize() - at) {
                throw new IndexOutOfBoundsException();
            }
            at += bytes;
            return from;
        }

        private GgufException damaged(String what, long where) {
            return new GgufException(path, what + " (at byte " + where + ")");
        }

        private String printable() {
            byte[] head = file.asSlice(0, 16).toArray(ValueLayout.JAVA_BYTE);
            boolean text = true;
            for (byte b : head) {
                text &= b >= 9 && b < 127;
            }
            return text
                    ? "the text \"" + new String(head, UTF_8).strip() + "\""
                    : "the bytes " + HexFormat.of().formatHex(Arrays.copyOf(head, 4));
        }
    }
}
