package org.emfuse.rl.data;

import java.io.BufferedInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads CSV (RFC 4180, a header in the first line; UTF-8, or UTF-16 with a byte order mark) row by row. */
final class CsvTable {

    /** A longer row is a quote that nobody closed. */
    private static final int ROW_LIMIT = 1 << 24;

    private CsvTable() {}

    static ImportedTable read(Path file, ColumnMapping mapping, char delimiter) {
        if (delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
            throw new IllegalArgumentException("cells cannot be separated by a quote or the end of a line");
        }
        CSVFormat format = CSVFormat.RFC4180.builder().setDelimiter(delimiter).setIgnoreEmptyLines(true).get();
        try (RowReader reader = new RowReader(file, text(file)); CSVParser parser = CSVParser.parse(reader, format)) {
            return rows(file, mapping, delimiter, parser, reader);
        } catch (UncheckedIOException e) {
            throw failure(file, e.getCause() == null ? new IOException(e) : e.getCause());
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static ImportedTable rows(Path file, ColumnMapping mapping, char delimiter, CSVParser parser,
            RowReader reader) {
        Iterator<CSVRecord> records = parser.iterator();
        if (!records.hasNext()) {
            throw new IllegalArgumentException("the file " + file + " is empty; a header with the names of the columns "
                    + "is expected in its first line");
        }
        TableHeader header = header(file, records.next(), delimiter);
        Row row = new Row(file, mapping, header);
        reader.startRow();
        while (records.hasNext()) {
            CSVRecord cells = records.next();
            row.add(cells, Math.toIntExact(parser.getCurrentLineNumber()));
            reader.startRow();
        }
        return row.rows.toTransitions();
    }

    private static TableHeader header(Path file, CSVRecord record, char delimiter) {
        List<String> names = record.stream().map(String::strip).toList();
        if (names.stream().anyMatch(name -> name.indexOf('\0') >= 0)) {
            throw new IllegalArgumentException(
                    "the file " + file + " is not UTF-8 text, perhaps UTF-16; save it as UTF-8");
        }
        if (names.size() == 1) {
            Stream.of(',', ';', '\t', '|').filter(other -> other != delimiter && names.getFirst().indexOf(other) >= 0)
                    .findFirst().ifPresent(other -> {
                        throw new IllegalArgumentException(
                                "the file " + file + " has one column if cells are separated by "
                                        + shown(delimiter) + "; set the delimiter to " + shown(other));
                    });
        }
        return new TableHeader(file, names);
    }

    private static String shown(char delimiter) {
        return delimiter == '\t' ? "a tab" : "'" + delimiter + "'";
    }

    /** One row's cells by their roles. */
    private static final class Row {

        private final ColumnMapping mapping;
        private final CellText cells;
        private final List<String> names;
        private final int[] numbers;
        private final int episode;
        private final int time;
        private final int terminal;
        private final int timeout;
        private final int width;
        private final float[] values;
        final LoggedRows rows;

        Row(Path file, ColumnMapping mapping, TableHeader header) {
            this.mapping = mapping;
            this.cells = new CellText(file, "line");
            this.names = mapping.numbers();
            this.numbers = header.indexes(names);
            this.episode = header.index(mapping.episode());
            this.time = mapping.time().map(header::index).orElse(-1);
            this.terminal = mapping.terminal().map(header::index).orElse(-1);
            this.timeout = mapping.timeout().map(header::index).orElse(-1);
            this.width = header.names().size();
            this.values = new float[numbers.length];
            this.rows = new LoggedRows(cells, mapping);
        }

        void add(CSVRecord record, int line) {
            if (record.size() != width) {
                throw new IllegalArgumentException(
                        "the file " + cells.file() + ", line " + line + " has " + record.size()
                                + " cells, expected " + width + " as in the header");
            }
            for (int i = 0; i < numbers.length; i++) {
                String cell = record.get(numbers[i]);
                values[i] = cell.isBlank() && LoggedRows.mayBeEmpty(mapping, i)
                        ? Float.NaN
                        : cells.number(cell, line, names.get(i));
            }
            rows.add(cells.episode(record.get(episode), line, mapping.episode()), values,
                    time < 0 ? RowTime.NONE : cells.time(record.get(time), line, mapping.time().orElseThrow()),
                    terminal >= 0 && cells.flag(record.get(terminal), line, mapping.terminal().orElseThrow()),
                    timeout >= 0 && cells.flag(record.get(timeout), line, mapping.timeout().orElseThrow()), line);
        }
    }

    /** The file's text without its byte order mark; wrong bytes are errors. */
    private static Reader text(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.mark(3);
        String start = HexFormat.of().formatHex(in.readNBytes(3));
        in.reset();
        Charset charset = StandardCharsets.UTF_8;
        if (start.startsWith("feff") || start.startsWith("fffe")) {
            charset = StandardCharsets.UTF_16; // takes the mark itself
        } else if (start.equals("efbbbf")) {
            in.skipNBytes(3);
        }
        return new InputStreamReader(in, charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    /** Stops a row that does not end, before it fills the memory. */
    private static final class RowReader extends FilterReader {

        private final Path file;
        private long read;
        private long row;

        RowReader(Path file, Reader in) {
            super(in);
            this.file = file;
        }

        void startRow() {
            row = read;
        }

        @Override
        public int read() throws IOException {
            char[] one = new char[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            read += Math.max(count, 0);
            if (read - row > ROW_LIMIT) {
                throw new IllegalArgumentException("the file " + file + " has a row of more than " + ROW_LIMIT
                        + " characters; is there a quote that is not closed, or is it no CSV file?");
            }
            return count;
        }
    }

    private static RuntimeException failure(Path file, IOException e) {
        if (e instanceof CSVException) {
            return new IllegalArgumentException("the file " + file + " is no CSV: " + e.getMessage()
                    + "; a quote within a quoted cell is written twice", e);
        }
        if (e instanceof CharacterCodingException) {
            return new IllegalArgumentException("the file " + file + " is not UTF-8 text; save it as UTF-8", e);
        }
        return new UncheckedIOException("the file " + file + " could not be read", e);
    }
}
