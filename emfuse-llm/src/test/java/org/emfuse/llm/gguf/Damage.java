package org.emfuse.llm.gguf;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Ways in which a GGUF file can be unsound; each makes a damaged copy of a sound one. */
public enum Damage {
    /** No bytes at all. */
    EMPTY("is too short") {
        @Override
        byte[] of(byte[] sound) {
            return new byte[0];
        }
    },
    /** A web page in place of a file. */
    WRONG_MAGIC("is not a GGUF file: it starts with the text \"<!DOCTYPE html>\"") {
        @Override
        byte[] of(byte[] sound) {
            System.arraycopy("<!DOCTYPE html>\n".getBytes(US_ASCII), 0, sound, 0, 16);
            return sound;
        }
    },
    /** A version of the format that nobody knows. */
    FUTURE_VERSION("has GGUF version 99") {
        @Override
        byte[] of(byte[] sound) {
            little(sound).putInt(4, 99);
            return sound;
        }
    },
    /** Cut off among the keys. */
    TRUNCATED_HEADER("ends in the middle of its header|more than its size allows") {
        @Override
        byte[] of(byte[] sound) {
            return Arrays.copyOf(sound, 700);
        }
    },
    /** A download that stopped. */
    TRUNCATED_DATA("is cut off: tensor ") {
        @Override
        byte[] of(byte[] sound) {
            return Arrays.copyOf(sound, sound.length * 2 / 3);
        }
    },
    /** More tensors than there are atoms. */
    ABSURD_TENSOR_COUNT("says that it holds 9223372036854775807 tensors") {
        @Override
        byte[] of(byte[] sound) {
            little(sound).putLong(8, Long.MAX_VALUE);
            return sound;
        }
    },
    /** More keys than bytes; the number is negative where it is read with a sign. */
    ABSURD_KEY_COUNT("says that it holds 18446744073709551615 metadata keys") {
        @Override
        byte[] of(byte[] sound) {
            little(sound).putLong(16, -1);
            return sound;
        }
    },
    /** A first key of eight exabytes. */
    ABSURD_STRING("says that it holds 9223372036854775807 bytes of a string") {
        @Override
        byte[] of(byte[] sound) {
            little(sound).putLong(24, Long.MAX_VALUE);
            return sound;
        }
    },
    /** Some gigabytes: allocating them would be an out-of-memory error, not a message. */
    LARGE_STRING("says that it holds 3000000000 bytes of a string") {
        @Override
        byte[] of(byte[] sound) {
            little(sound).putLong(24, 3_000_000_000L);
            return sound;
        }
    };

    private final String message;

    Damage(String message) {
        this.message = message;
    }

    abstract byte[] of(byte[] sound);

    /** What the error message must contain, as a regular expression. */
    public String message() {
        return message;
    }

    /** Writes a damaged copy. */
    public Path copy(Path sound, Path target) {
        try {
            return Files.write(target, of(Files.readAllBytes(sound)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
