package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

import dev.hardwood.InputFile;
import dev.hardwood.internal.metadata.PageHeader;
import dev.hardwood.internal.thrift.PageHeaderReader;
import dev.hardwood.internal.thrift.ThriftCompactReader;
import dev.hardwood.metadata.ColumnChunk;
import dev.hardwood.reader.ParquetFileReader;
import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parquet logs written by another program: equal to the CSV of the same rows; damaged and lying files. */
class ParquetImportTest {

    private static final Path DATA = Path.of("src/test/resources/data");
    private static final ColumnMapping TRIPS = ColumnMapping
            .parse("observation=x,v,gear;action=u;reward=r;episode=trip;time=step;terminal=done");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4", "checksums", "index"})
    void everyCodecGivesWhatTheCsvGives(String name) {
        ImportedTable csv = TableImport.read(DATA.resolve("trips.csv"), TRIPS);
        ImportedTable parquet = TableImport.read(DATA.resolve("trips-" + name + ".parquet"), TRIPS);
        EqualTransitions.check(parquet.transitions(), csv.transitions());
        assertThat(parquet.episodeIds()).isEqualTo(csv.episodeIds());
        assertThat(parquet.transitions().size()).isEqualTo(12 * 19);
        assertThat(Episodes.of(parquet.transitions()).size()).isEqualTo(12);
        assertThat(parquet.notes()).isEqualTo(csv.notes());
    }

    @Test
    void anUnreadableCodecIsNamed() {
        assertThatThrownBy(() -> TableImport.read(DATA.resolve("trips-brotli.parquet"), TRIPS))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("BROTLI")
                .hasMessageContaining("snappy");
    }

    @Test
    void otherTypesAndMissingLastActionsAreRead() {
        ImportedTable table = TableImport.read(DATA.resolve("types.parquet"),
                ColumnMapping.parse("observation=x;action=u;reward=r;episode=trip;time=when;terminal=done"));
        EqualTransitions.check(table.transitions(),
                new Transitions(1, 1, new float[]{1, 2, 4}, new float[]{0.1f, 0.2f, 0.4f}, new float[]{1, 2, 4},
                        new float[]{2, 3, 5}, new boolean[]{false, true, false}, new boolean[]{false, false, true}));
        assertThat(table.episodeIds()).containsExactly("7", "9");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"gap | row 2, column 'gap': expected a number, found an empty cell",
        "label | row 1, column 'label': expected a finite number, found 'a'",
        "pair | column 'pair.list.element' is a list",
        "price | DECIMAL", "robot.x | has a dot in its name", "prize | did you mean 'price'"})
    void columnsThatAreNoNumbersAreNamed(String column, String message) {
        assertThatThrownBy(() -> TableImport.read(DATA.resolve("types.parquet"),
                ColumnMapping.parse("observation=" + column + ";action=u;reward=r;episode=trip;time=when")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("types.parquet")
                .hasMessageContaining(message);
    }

    @Test
    void flagsThatAreNoFlagsAreNamed() {
        assertThatThrownBy(() -> TableImport.read(DATA.resolve("types.parquet"),
                ColumnMapping.parse("observation=x;action=u;reward=r;episode=trip;time=when;terminal=x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row 1, column 'x': expected true or false, or 1 or 0, found 3.0");
    }

    @Test
    void truncatedFilesAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(DATA.resolve("trips-snappy.parquet"));
        for (int length = 0; length < whole.length; length += length < 64 ? 1 : 97) {
            refused(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void foreignFilesAreRefused() throws IOException {
        byte[] noise = new byte[5000];
        RandomStream random = RandomStream.of(5, "noise");
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) random.nextInt(256);
        }
        noise[0] = 'P';
        noise[1] = 'A';
        noise[2] = 'R';
        noise[3] = '1';
        refused(noise);
        System.arraycopy(noise, 0, noise, noise.length - 4, 4);
        for (int footer : new int[]{-1, 0, 100, 4988, 4989, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            ByteBuffer.wrap(noise).order(ByteOrder.LITTLE_ENDIAN).putInt(noise.length - 8, footer);
            refused(noise);
        }
    }

    /**
     * Flipped bytes anywhere: the same numbers, other numbers, or one message; within seconds and 2 GB. With checksums a flip
     * within a page is never taken for a number.
     */
    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4", "checksums", "index"})
    void flippedBytesAreReadOrRefused(String name) throws IOException {
        byte[] whole = Files.readAllBytes(DATA.resolve("trips-" + name + ".parquet"));
        RandomStream random = RandomStream.of(7, name);
        for (int i = 0; i < 150; i++) {
            byte[] bytes = whole.clone();
            for (int j = 0; j <= i % 3; j++) {
                bytes[4 + random.nextInt(whole.length - 8)] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(folder.resolve("flipped.parquet"), bytes);
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
                try {
                    assertThat(TableImport.read(file, TRIPS).rows()).isEqualTo(240);
                } catch (IllegalArgumentException e) {
                    assertThat(e).hasMessageContaining(file.toString());
                }
            });
        }
    }

    /** Native code would write beyond its buffer. */
    @ParameterizedTest
    @ValueSource(strings = {"snappy", "checksums", "index"})
    void compressedDataMustAnnounceThePagesSize(String name) throws IOException {
        Path source = DATA.resolve("trips-" + name + ".parquet");
        byte[] bytes = Files.readAllBytes(source);
        ByteBuffer chunk = ByteBuffer.wrap(bytes);
        ThriftCompactReader reader = new ThriftCompactReader(chunk, (int) reward(source).chunkStartOffset());
        PageHeader header = PageHeaderReader.read(reader);
        int body = (int) reward(source).chunkStartOffset() + reader.getBytesRead();
        if (header.dataPageHeaderV2() != null) {
            body += header.dataPageHeaderV2().definitionLevelsByteLength();
        }
        bytes[body] ^= 1; // the lowest bits of the announced size
        Path file = Files.write(folder.resolve("size.parquet"), bytes);
        assertThatThrownBy(() -> TableImport.read(file, TRIPS)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("its compressed data");
    }

    @Test
    void anIndexMustNamePages() throws IOException {
        Path source = DATA.resolve("trips-index.parquet");
        byte[] bytes = Files.readAllBytes(source);
        int at = Math.toIntExact(reward(source).offsetIndexOffset());
        while (bytes[at] != 0x16) { // the first page's offset, a 64-bit field
            at++;
        }
        bytes[at + 1] ^= 2;
        Path file = Files.write(folder.resolve("place.parquet"), bytes);
        assertThatThrownBy(() -> TableImport.read(file, TRIPS)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("its index names a page");
    }

    private static ColumnChunk reward(Path file) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file))) {
            return reader.getFileMetaData().rowGroups().getFirst().columns()
                    .get(reader.getFileSchema().getColumn("r").columnIndex());
        }
    }

    private void refused(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("wrong.parquet"), bytes);
        assertThatThrownBy(() -> TableImport.read(file, TRIPS)).as("%d bytes", bytes.length)
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(file.toString())
                .hasMessageContaining("is not a Parquet file that can be read");
    }
}
