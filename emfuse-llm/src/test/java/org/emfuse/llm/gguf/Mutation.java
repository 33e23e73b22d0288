package org.emfuse.llm.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Random damage to a file's bytes; equal seeds give equal damage. */
public enum Mutation {
    /** Some bytes are others. */
    BYTES {
        @Override
        byte[] of(byte[] bytes, int head, SplittableRandom random) {
            for (int k = 1 + random.nextInt(6); k > 0; k--) {
                bytes[random.nextInt(head)] = (byte) random.nextInt();
            }
            return bytes;
        }
    },
    /** One bit is another. */
    BIT {
        @Override
        byte[] of(byte[] bytes, int head, SplittableRandom random) {
            bytes[random.nextInt(head)] ^= (byte) (1 << random.nextInt(8));
            return bytes;
        }
    },
    /** A number is one that nobody expects. */
    NUMBER {
        @Override
        byte[] of(byte[] bytes, int head, SplittableRandom random) {
            long[] odd = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1L << 32, 3_000_000_000L,
                bytes.length, 255, 65_535};
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(random.nextInt(head - 8),
                    odd[random.nextInt(odd.length)]);
            return bytes;
        }
    },
    /** The end is missing. */
    CUT {
        @Override
        byte[] of(byte[] bytes, int head, SplittableRandom random) {
            return Arrays.copyOf(bytes, random.nextInt(random.nextBoolean() ? head : bytes.length));
        }
    },
    /** A stretch is zero. */
    ZEROS {
        @Override
        byte[] of(byte[] bytes, int head, SplittableRandom random) {
            int from = random.nextInt(head);
            Arrays.fill(bytes, from, Math.min(bytes.length, from + 1 + random.nextInt(400)), (byte) 0);
            return bytes;
        }
    },
    /** A stretch is missing in the middle. */
    GAP {
        @Override
        byte[] of(byte[] bytes, int head, SplittableRandom random) {
            int from = random.nextInt(head);
            int length = Math.min(bytes.length - from, 1 + random.nextInt(64));
            byte[] shorter = Arrays.copyOf(bytes, bytes.length - length);
            System.arraycopy(bytes, from + length, shorter, from, bytes.length - from - length);
            return shorter;
        }
    },
    /** A stretch stands at another place too. */
    COPY {
        @Override
        byte[] of(byte[] bytes, int head, SplittableRandom random) {
            int length = 1 + random.nextInt(Math.min(200, head / 2));
            System.arraycopy(bytes, random.nextInt(head - length), bytes, random.nextInt(head - length), length);
            return bytes;
        }
    },
    /** All is noise behind the first bytes. */
    NOISE {
        @Override
        byte[] of(byte[] bytes, int head, SplittableRandom random) {
            byte[] noise = new byte[bytes.length];
            random.nextBytes(noise);
            int kept = random.nextInt(64);
            System.arraycopy(bytes, 0, noise, 0, kept);
            return noise;
        }
    };

    abstract byte[] of(byte[] bytes, int head, SplittableRandom random);

    /**
     * A damaged copy.
     *
     * @param head where the header ends; most damage is before
     */
    public static byte[] any(byte[] sound, int head, SplittableRandom random) {
        Mutation[] all = values();
        return all[random.nextInt(all.length)].of(sound.clone(), Math.min(head, sound.length), random);
    }
}
