package org.emfuse.rl.data.hdf5;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.jhdf.filter.ByteShuffleFilter;
import io.jhdf.filter.DeflatePipelineFilter;
import io.jhdf.filter.PipelineFilterWithData;

/** Undoes the filters of a stored chunk into exactly the bytes that a chunk has, and no byte more. */
final class ChunkFilters {

    /** Deflate gives at most this many bytes for one. */
    static final long MOST_PER_BYTE = 1032;
    private static final int FLETCHER32 = 3;
    private static final int CHECKSUM_BYTES = 4;

    private final List<PipelineFilterWithData> filters;
    private final boolean deflated;

    ChunkFilters(List<PipelineFilterWithData> filters) {
        this.filters = filters;
        this.deflated = filters.stream().anyMatch(filter -> filter.getId() == DeflatePipelineFilter.ID);
        for (PipelineFilterWithData filter : filters) {
            int id = filter.getId();
            if (id != DeflatePipelineFilter.ID && id != ByteShuffleFilter.ID && id != FLETCHER32) {
                throw new Unreadable("it is compressed with '" + filter.getName()
                        + "'; gzip, shuffle and fletcher32 are read. Convert it, for example with h5repack -f GZIP=4");
            }
        }
    }

    /** Whether chunks take less room in the file than in memory. */
    boolean deflated() {
        return deflated;
    }

    /**
     * The bytes of a chunk.
     *
     * @param stored as in the file
     * @param size that the chunk must have
     */
    ByteBuffer decode(ByteBuffer stored, int size) {
        byte[] bytes = new byte[stored.remaining()];
        stored.get(bytes);
        for (int i = filters.size() - 1; i >= 0; i--) {
            PipelineFilterWithData filter = filters.get(i);
            bytes = switch (filter.getId()) {
                case DeflatePipelineFilter.ID -> inflate(bytes, size + CHECKSUM_BYTES);
                case FLETCHER32 -> Arrays.copyOf(bytes, Math.max(0, bytes.length - CHECKSUM_BYTES));
                default -> new ByteShuffleFilter().decode(bytes, filter.getFilterData());
            };
        }
        if (bytes.length != size) {
            throw new Unreadable("a chunk holds " + bytes.length + " bytes instead of " + size);
        }
        return ByteBuffer.wrap(bytes);
    }

    private static byte[] inflate(byte[] stored, int most) {
        if (most > stored.length * MOST_PER_BYTE + 64) {
            throw new Unreadable(stored.length + " compressed bytes cannot hold a chunk of " + most);
        }
        byte[] bytes = new byte[most];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored);
            int length = 0;
            while (!inflater.finished()) {
                int read = inflater.inflate(bytes, length, most - length);
                length += read;
                if (read == 0 && !inflater.finished()) {
                    throw new Unreadable(length == most
                            ? "a compressed chunk holds more than its size"
                            : "a compressed chunk is cut off");
                }
            }
            return Arrays.copyOf(bytes, length);
        } catch (DataFormatException e) {
            throw new Unreadable("a compressed chunk is damaged (" + e.getMessage() + "); copy or download it again");
        } finally {
            inflater.end();
        }
    }
}
