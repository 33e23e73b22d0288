package org.emfuse.rl.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Transitions from tables with one row per step: CSV or Parquet, told apart by their first bytes.
 *
 * <p>
 * Rows of an episode need not be adjacent; they are ordered by the time column, else as in the file. Without next-observation
 * columns the next observation is that of the episode's next row, and the last row serves only as next observation: its
 * action and reward may be empty. With them every row is a transition.
 *
 * <p>
 * The last transition of an episode is terminal if the terminal column is true in its row or in the episode's last row (logs
 * put the flag on the last action or on the state that it led to); else it is a timeout. A flag before that is an error.
 */
public final class TableImport {

    private TableImport() {}

    /** Reads a table whose cells are separated by commas, if it is CSV. */
    public static ImportedTable read(Path file, ColumnMapping mapping) {
        return read(file, mapping, ',');
    }

    /**
     * Reads a table; its mapped numbers are held in memory, 4 bytes each, beside the result.
     *
     * @param delimiter between cells of a CSV file
     * @throws IllegalArgumentException if the file is not such a table or does not fit the mapping; the message names line
     *     (CSV) or row (Parquet), column, what was found and what was expected
     * @throws UncheckedIOException if it cannot be read
     */
    public static ImportedTable read(Path file, ColumnMapping mapping, char delimiter) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("the file " + file + " does not exist");
        }
        return isParquet(file) ? ParquetTable.read(file, mapping) : CsvTable.read(file, mapping, delimiter);
    }

    private static boolean isParquet(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] magic = in.readNBytes(4);
            return Arrays.equals(magic, "PAR1".getBytes(StandardCharsets.US_ASCII))
                    || Arrays.equals(magic, "PARE".getBytes(StandardCharsets.US_ASCII))
                    || file.toString().endsWith(".parquet");
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + file + " could not be read", e);
        }
    }
}
