package org.emfuse.rl.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.metadata.CompressionCodec;
import dev.hardwood.metadata.FileMetaData;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.schema.ColumnSchema;

/** Reads the mapped columns of a Parquet file batch by batch. What the file says of itself is checked before it is believed. */
final class ParquetTable {

    private static final int BATCH = 4096;
    /** The library tells users which processor instructions it found; kept here, because loggers are held weakly. */
    private static final Logger LIBRARY = Logger.getLogger("dev.hardwood");

    static {
        LIBRARY.setLevel(Level.WARNING);
    }

    private final Path file;
    private final ColumnMapping mapping;
    private final CellText cells;
    private final Map<String, ParquetColumn> columns = new LinkedHashMap<>();
    private final LoggedRows rows;

    private ParquetTable(Path file, ColumnMapping mapping) {
        this.file = file;
        this.mapping = mapping;
        this.cells = new CellText(file, "row");
        this.rows = new LoggedRows(cells, mapping);
    }

    /** A step of the reading library, which may throw anything at a damaged file. */
    private interface Reading<T> {

        T get() throws IOException;
    }

    /** Takes a step; whatever goes wrong in it is the file's fault and said so. */
    private <T> T reading(Reading<T> step) {
        try {
            return step.get();
        } catch (IOException | RuntimeException e) {
            throw damaged(rootMessage(e), e);
        } catch (OutOfMemoryError | StackOverflowError e) {
            // an array as long as the file claims, or structures nested as deep; nothing else was allocated
            throw damaged("a part of it claims to be larger than the memory", e);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "the file " + file + " cannot be decompressed on this machine (" + e.getMessage()
                            + "); write it again without compression, or with gzip",
                    e);
        }
    }

    private IllegalArgumentException damaged(String why, Throwable cause) {
        IllegalArgumentException damaged = damaged(why);
        damaged.initCause(cause);
        return damaged;
    }

    private IllegalArgumentException damaged(String why) {
        return new IllegalArgumentException("the file " + file + " is not a Parquet file that can be read: " + why
                + ". Write it again, or fetch it again if it was copied");
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof OutOfMemoryError) {
            return "a part of it claims to be larger than the memory";
        }
        return String.valueOf(root.getMessage()).replaceAll("\\s+", " ");
    }

    static ImportedTable read(Path file, ColumnMapping mapping) {
        return new ParquetTable(file, mapping).read();
    }

    private ImportedTable read() {
        ParquetFileReader reader = reading(() -> ParquetFileReader.open(InputFile.of(file)));
        List<ColumnReader> readers = new ArrayList<>();
        try {
            FileMetaData metadata = reader.getFileMetaData();
            List<ColumnSchema> schemas = columns(reader);
            schemas.forEach(schema -> columns.put(schema.fieldPath().toString(), new ParquetColumn(file, schema)));
            reading(() -> check(metadata, schemas));
            checkCodecs(metadata, schemas);
            reading(() -> checkPages(metadata, schemas));
            for (ColumnSchema schema : schemas) {
                readers.add(reading(() -> reader.buildColumnReader(schema.columnIndex()).batchSize(BATCH).build()));
            }
            readRows(readers, metadata.numRows());
        } finally {
            readers.forEach(each -> reading(() -> close(each)));
            reading(() -> close(reader));
        }
        return rows.toTransitions();
    }

    private static boolean close(AutoCloseable resource) throws IOException {
        try {
            resource.close();
            return true;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** The mapped columns, each once. */
    private List<ColumnSchema> columns(ParquetFileReader reader) {
        List<ColumnSchema> all = reading(() -> reader.getFileSchema().getColumns());
        List<String> names = all.stream().map(schema -> schema.fieldPath().elements().getFirst()).distinct().toList();
        TableHeader header = new TableHeader(file, names);
        List<String> mapped = new ArrayList<>(mapping.numbers());
        mapped.add(mapping.episode());
        mapping.time().ifPresent(mapped::add);
        mapping.terminal().ifPresent(mapped::add);
        mapping.timeout().ifPresent(mapped::add);
        List<ColumnSchema> chosen = new ArrayList<>();
        for (String name : mapped.stream().distinct().toList()) {
            header.index(name);
            if (name.indexOf('.') >= 0) { // taken for a path by the library
                throw new IllegalArgumentException("the file " + file + ", column '" + name
                        + "' has a dot in its name and cannot be read from Parquet; rename it, or write CSV");
            }
            chosen.add(all.stream().filter(schema -> schema.fieldPath().elements().getFirst().equals(name)).findFirst()
                    .orElseThrow());
        }
        return chosen;
    }

    /** Counts and places of the columns' parts, so that nothing is read for a file that cannot be right. */
    private boolean check(FileMetaData metadata, List<ColumnSchema> schemas) throws IOException {
        long size = Files.size(file);
        long total = 0;
        for (RowGroup group : metadata.rowGroups()) {
            total += group.numRows();
            for (ColumnSchema schema : schemas) {
                String name = "column '" + schema.fieldPath() + "'";
                if (schema.columnIndex() >= group.columns().size()) {
                    throw new IOException("a group of rows has no " + name);
                }
                ColumnChunk chunk = group.columns().get(schema.columnIndex());
                if (chunk.metaData().numValues() != group.numRows()) {
                    throw new IOException(name + " has " + chunk.metaData().numValues() + " values in a group of "
                            + group.numRows() + " rows");
                }
                long start = chunk.chunkStartOffset();
                long length = chunk.metaData().totalCompressedSize();
                if (start < 0 || length < 0 || start > size || length > size - start) {
                    throw new IOException(name + " lies outside the file");
                }
            }
        }
        if (total != metadata.numRows()) {
            throw new IOException("it declares " + metadata.numRows() + " rows, its groups have " + total);
        }
        return true;
    }

    private void checkCodecs(FileMetaData metadata, List<ColumnSchema> schemas) {
        for (RowGroup group : metadata.rowGroups()) {
            for (ColumnSchema schema : schemas) {
                CompressionCodec codec = group.columns().get(schema.columnIndex()).metaData().codec();
                if (codec == null) {
                    throw damaged("column '" + schema.fieldPath() + "' does not say how it is compressed");
                }
                switch (codec) {
                    case UNCOMPRESSED, SNAPPY, GZIP, ZSTD, LZ4, LZ4_RAW -> {
                    }
                    case BROTLI, LZO -> throw new IllegalArgumentException("the file " + file + ", column '"
                            + schema.fieldPath() + "' is compressed by " + codec
                            + "; write it again with snappy, gzip, zstd, lz4 or without compression");
                }
            }
        }
    }

    private boolean checkPages(FileMetaData metadata, List<ColumnSchema> schemas) throws IOException {
        try (InputFile bytes = InputFile.of(file)) {
            bytes.open();
            for (RowGroup group : metadata.rowGroups()) {
                for (ColumnSchema schema : schemas) {
                    ParquetPages.check(bytes, group.columns().get(schema.columnIndex()));
                }
            }
        }
        return true;
    }

    private void readRows(List<ColumnReader> readers, long expected) {
        List<String> names = mapping.numbers();
        float[] values = new float[names.size()];
        int read = 0;
        for (int count = reading(() -> nextBatch(readers)); count > 0; count = reading(() -> nextBatch(readers))) {
            if (count > expected - read) {
                throw damaged("it holds more rows than the " + expected + " that it declares");
            }
            for (int i = 0; i < count; i++) {
                read++;
                for (int j = 0; j < values.length; j++) {
                    values[j] = number(names.get(j), i, read, LoggedRows.mayBeEmpty(mapping, j));
                }
                add(values, i, read);
            }
        }
        if (read != expected) {
            throw damaged("it declares " + expected + " rows and holds " + read);
        }
    }

    /** The number of rows in the next batch, which is loaded; 0 at the end. */
    private int nextBatch(List<ColumnReader> readers) throws IOException {
        int count = -1;
        int i = 0;
        for (ParquetColumn column : columns.values()) {
            ColumnReader reader = readers.get(i++);
            int found = reader.nextBatch() ? reader.getRecordCount() : 0;
            if (count >= 0 && found != count) {
                throw new IOException("column '" + column.name() + "' ends before others");
            }
            count = found;
            if (found > 0) {
                column.load(reader);
            }
        }
        return count;
    }

    private void add(float[] values, int i, int row) {
        String episode = mapping.episode();
        ParquetColumn ids = column(episode);
        String id = cells.episode(ids.isNull(i) ? "" : ids.text(i), row, episode);
        RowTime time = mapping.time().map(name -> time(name, i, row)).orElse(RowTime.NONE);
        rows.add(id, values, time, mapping.terminal().map(name -> flag(name, i, row)).orElse(false),
                mapping.timeout().map(name -> flag(name, i, row)).orElse(false), row);
    }

    private ParquetColumn column(String name) {
        ParquetColumn column = columns.get(name);
        if (column == null) {
            throw new IllegalStateException("column " + name + " was not opened");
        }
        return column;
    }

    /** Where a cell may be empty, NaN counts as empty too: data frames write it so. */
    private float number(String name, int i, int row, boolean mayBeEmpty) {
        ParquetColumn column = column(name);
        if (mayBeEmpty && (column.isNull(i) || (!column.isText() && Double.isNaN(column.number(i))))) {
            return Float.NaN;
        }
        if (column.isNull(i) || column.isText()) {
            return cells.number(column.isNull(i) ? "" : column.text(i), row, name);
        }
        return cells.number(column.number(i), row, name);
    }

    private boolean flag(String name, int i, int row) {
        ParquetColumn column = column(name);
        if (column.isNull(i) || column.isText()) {
            return cells.flag(column.isNull(i) ? "" : column.text(i), row, name);
        }
        return cells.flag(column.number(i), row, name);
    }

    private RowTime time(String name, int i, int row) {
        ParquetColumn column = column(name);
        if (column.isNull(i) || column.isText()) {
            return cells.time(column.isNull(i) ? "" : column.text(i), row, name);
        }
        RowTime time = column.time(i);
        if (!Double.isFinite(time.value())) {
            throw cells.wrong(row, name, "a number or a time", String.valueOf(time.value()));
        }
        return time;
    }
}
