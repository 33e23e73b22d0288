package org.emfuse.llm.decode;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Named random streams of one seed, so that a new use of randomness does not shift the others. */
public final class RandomStreams {

    private static final RandomGeneratorFactory<RandomGenerator> ALGORITHM = RandomGeneratorFactory
            .of("L64X128MixRandom");

    private RandomStreams() {}

    /** The stream of a name under a seed: always the same numbers. */
    public static RandomGenerator of(long seed, String name) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return ALGORITHM.create(seed * 0x9E3779B97F4A7C15L + crc.getValue());
    }
}
