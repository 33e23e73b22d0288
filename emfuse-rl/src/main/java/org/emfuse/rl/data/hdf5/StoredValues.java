package org.emfuse.rl.data.hdf5;

import java.nio.ByteBuffer;
import java.util.Arrays;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.exceptions.HdfException;

/**
 * The numbers of a data set of one or two dimensions, read block by block: what the file declares is checked against what it
 * can hold before memory is taken for it.
 */
final class StoredValues {

    /** Takes the values; each once, in no particular order. */
    @FunctionalInterface
    interface Sink {
        /** The value at a row-major index. */
        void accept(int index, double value);
    }

    /** Room that a chunk takes in the tables of the file, at most, and in the reader's tables. */
    private static final long TABLE_BYTES_PER_CHUNK = 256;
    private static final long TABLE_BYTES = 1 << 14;

    private final DatasetBase dataset;
    private final BoundedChannel channel;
    private final int rows;
    private final int columns;
    private final int rank;
    private final ElementType type;

    StoredValues(Dataset dataset, BoundedChannel channel) {
        long[] shape = dataset.getDimensionsAsLong();
        if (shape.length < 1 || shape.length > 2) {
            throw new Unreadable("its shape is " + Arrays.toString(shape)
                    + "; one dimension (rows) or two (rows, columns) are expected");
        }
        long width = shape.length == 2 ? shape[1] : 1;
        if (shape[0] < 0 || width < 0 || Math.multiplyHigh(shape[0], width) != 0
                || shape[0] * width > Integer.MAX_VALUE - 8 || shape[0] > Integer.MAX_VALUE
                || width > Integer.MAX_VALUE) {
            throw new Unreadable("its shape is " + Arrays.toString(shape) + ", more than fits into memory");
        }
        if (!(dataset instanceof DatasetBase base)) {
            throw new Unreadable("its storage is of an unknown kind");
        }
        this.dataset = base;
        this.channel = channel;
        this.rank = shape.length;
        this.rows = (int) shape[0];
        this.columns = (int) width;
        this.type = ElementType.of(dataset.getDataType());
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    /** Number of values. */
    int count() {
        return rows * columns;
    }

    ElementType.Kind kind() {
        return type.kind();
    }

    /** Bytes of tables that reading takes in memory. */
    long tableBytes() {
        return dataset instanceof ChunkedDataset chunked ? TABLE_BYTES_PER_CHUNK * chunks(chunked) : 0;
    }

    /** Throws if the file cannot hold as many values as it declares. */
    void checkSize() {
        long bytes = (long) count() * type.size();
        boolean deflated = dataset instanceof ChunkedDataset chunked
                && new ChunkFilters(chunked.getFilters()).deflated();
        if (bytes > channel.size() * (deflated ? ChunkFilters.MOST_PER_BYTE : 1)) {
            throw new Unreadable("it declares " + bytes + " bytes of values, which a file of "
                    + channel.size() + " bytes cannot hold");
        }
        if (dataset instanceof ChunkedDataset chunked && chunks(chunked) > channel.size() / Long.BYTES + 1) {
            throw new Unreadable("it declares " + chunks(chunked) + " chunks, which a file of "
                    + channel.size() + " bytes cannot hold");
        }
    }

    /** Reads every value. */
    void read(Sink sink) {
        if (count() == 0) {
            return;
        }
        if (dataset instanceof ChunkedDataset chunked) {
            readChunks(chunked, sink);
        } else if (dataset instanceof ContiguousDataset && dataset.isEmpty()) {
            throw new Unreadable("its values were never written");
        } else {
            block(dataset.getDataBuffer().slice(), 0, 0, rows, columns, sink);
        }
    }

    private void readChunks(ChunkedDataset chunked, Sink sink) {
        int chunkRows = chunkSize(chunked, 0);
        int chunkColumns = rank == 2 ? chunkSize(chunked, 1) : 1;
        long bytes = Math.multiplyExact(Math.multiplyExact((long) chunkRows, chunkColumns), (long) type.size());
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new Unreadable("its chunks have " + bytes + " bytes, more than fits into memory");
        }
        ChunkFilters filters = new ChunkFilters(chunked.getFilters());
        channel.allow(TABLE_BYTES + TABLE_BYTES_PER_CHUNK * chunks(chunked));
        if (chunked.isEmpty()) {
            throw new Unreadable("its values were never written");
        }
        for (long row = 0; row < rows; row += chunkRows) {
            for (long column = 0; column < columns; column += chunkColumns) {
                int[] offset = rank == 2 ? new int[]{(int) row, (int) column} : new int[]{(int) row};
                ByteBuffer values = filters.decode(stored(chunked, offset), (int) bytes);
                block(values, (int) row, (int) column, chunkRows, chunkColumns, sink);
            }
        }
    }

    private static ByteBuffer stored(ChunkedDataset chunked, int[] offset) {
        try {
            return chunked.getRawChunkBuffer(offset);
        } catch (HdfException e) {
            throw new Unreadable("the chunk at " + Arrays.toString(offset)
                    + " is missing: it was never written, or the file is damaged; copy or download it again");
        }
    }

    private int chunkSize(ChunkedDataset chunked, int dimension) {
        int[] sizes = chunked.getChunkDimensions();
        if (sizes.length != rank || sizes[dimension] < 1) {
            throw new Unreadable("its chunks have the shape " + Arrays.toString(sizes));
        }
        return sizes[dimension];
    }

    private long chunks(ChunkedDataset chunked) {
        long down = Math.ceilDiv(rows, chunkSize(chunked, 0));
        return rank == 2 ? down * Math.ceilDiv(columns, chunkSize(chunked, 1)) : down;
    }

    private void block(ByteBuffer values, int row, int column, int blockRows, int blockColumns, Sink sink) {
        values.order(type.order());
        int height = Math.min(blockRows, rows - row);
        int width = Math.min(blockColumns, columns - column);
        for (int i = 0; i < height; i++) {
            int from = i * blockColumns * type.size();
            int to = (row + i) * columns + column;
            for (int j = 0; j < width; j++) {
                sink.accept(to + j, type.reading().at(values, from + j * type.size()));
            }
        }
    }
}
