package org.emfuse.rl.data;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

import org.emfuse.rl.env.Names;

/**
 * The columns of a table.
 *
 * @param file for messages
 * @param names in the order of the file
 */
record TableHeader(Path file, List<String> names) {

    /**
     * Where a column is.
     *
     * @throws IllegalArgumentException if it is missing, with the nearest name, or there twice
     */
    int index(String column) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("the file " + file + " has no columns");
        }
        if (!names.contains(column)) {
            try {
                Names.known("column", column, names);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("the file " + file + " does not fit the column mapping: "
                        + e.getMessage(), e);
            }
        }
        if (Collections.frequency(names, column) > 1) {
            throw new IllegalArgumentException("the file " + file + " has " + Collections.frequency(names, column)
                    + " columns named '" + column + "'; rename all but the one that is meant");
        }
        return names.indexOf(column);
    }

    /** Where several columns are. */
    int[] indexes(List<String> columns) {
        return columns.stream().mapToInt(this::index).toArray();
    }
}
