package org.emfuse.rl.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.filter.Filter;
import org.emfuse.rl.random.RandomStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile files: one message that names the file, whatever is in it. The time limits only end a hang. */
@Timeout(120)
class HostileHdf5Test {

    @TempDir
    private Path folder;

    /** Reads bytes as a file; an error must be one clear refusal. */
    private boolean refused(byte[] content, String what) throws IOException {
        Path file = Files.write(folder.resolve("hostile.hdf5"), content);
        Throwable thrown = catchThrowable(() -> D4rlFile.read(file));
        if (thrown != null) {
            assertThat(thrown).as(what).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString());
        }
        return thrown != null;
    }

    private static byte[] bytes(String fixture) throws IOException {
        return Files.readAllBytes(D4rlFileTest.fixture(fixture + ".hdf5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"d4rl-like", "latest", "contiguous-int8"})
    void everyTruncationIsRefused(String fixture) throws IOException {
        byte[] whole = bytes(fixture);
        for (int length = 0; length < whole.length; length += length < 600 ? 7 : 61) {
            assertThat(refused(Arrays.copyOf(whole, length), fixture + " cut to " + length)).as("%d bytes", length)
                    .isTrue();
        }
        assertThat(refused(whole, fixture)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"d4rl-like", "latest", "contiguous-int8"})
    void zeroedRegionsAreRefusedOrRead(String fixture) throws IOException {
        byte[] whole = bytes(fixture);
        for (int start = 0; start < whole.length; start += 120) {
            byte[] holed = whole.clone();
            Arrays.fill(holed, start, Math.min(whole.length, start + 96), (byte) 0);
            assertThat(refused(holed, fixture + " zeroed at " + start) || start > 0).isTrue();
        }
        byte[] signatureOnly = new byte[whole.length];
        System.arraycopy(whole, 0, signatureOnly, 0, 8);
        assertThat(refused(signatureOnly, "signature only")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"d4rl-like", "latest", "contiguous-int8", "columns-shuffle-fletcher", "no-next"})
    void flippedBytesAreRefusedOrRead(String fixture) throws IOException {
        byte[] whole = bytes(fixture);
        RandomStream random = RandomStream.of(11, fixture);
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] flipped = whole.clone();
            int flips = 1 + random.nextInt(8);
            for (int i = 0; i < flips; i++) {
                flipped[random.nextInt(whole.length)] = (byte) random.nextInt();
            }
            refused += refused(flipped, fixture + " round " + round) ? 1 : 0;
        }
        assertThat(refused).isBetween(1, 299);
    }

    /** Wherever the number of rows stands, in shapes of data sets and of chunks, and wherever else 11 stands. */
    @ParameterizedTest
    @ValueSource(longs = {1L << 62, -1, 1L << 40, Integer.MAX_VALUE, 12, 0})
    void rowsThatAreNotThereAreRefused(long rows) throws IOException {
        for (String fixture : new String[]{"d4rl-like", "latest", "contiguous-int8", "no-next"}) {
            byte[] whole = bytes(fixture);
            ByteBuffer patched = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
            int found = 0;
            for (int at = 0; at + 8 <= whole.length; at++) {
                if (patched.getLong(at) == 11) {
                    byte[] one = whole.clone();
                    ByteBuffer.wrap(one).order(ByteOrder.LITTLE_ENDIAN).putLong(at, rows);
                    refused(one, fixture + " with " + rows + " at " + at);
                    patched.putLong(at, rows);
                    found++;
                }
            }
            assertThat(found).as(fixture).isGreaterThanOrEqualTo(5);
            // A chunk has room for the twelfth row that nobody wrote.
            assertThat(refused(patched.array(), fixture + " with " + rows) || rows == 12).as(fixture).isTrue();
        }
    }

    /** Contiguous, so that the rows seem to be there: a file of holes as long as it must be. */
    @Test
    void moreThanTheHeapIsRefusedBeforeItIsTaken() throws IOException {
        ByteBuffer patched = ByteBuffer.wrap(bytes("contiguous-int8")).order(ByteOrder.LITTLE_ENDIAN);
        long rows = Runtime.getRuntime().maxMemory() / 16;
        for (int at = 0; at + 8 <= patched.capacity(); at++) {
            if (patched.getLong(at) == 11) {
                patched.putLong(at, rows);
            }
        }
        Path file = Files.write(folder.resolve("long.hdf5"), patched.array());
        try (RandomAccessFile longer = new RandomAccessFile(file.toFile(), "rw")) {
            longer.setLength(rows * 16 + 10_000);
        }
        assertThatThrownBy(() -> D4rlFile.read(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining("MiB of Java's heap may go to them");
    }

    /** Claims to be gzip and gives 64 MiB for every chunk. */
    private static final class Bomb implements Filter {
        @Override
        public int getId() {
            return 1;
        }

        @Override
        public String getName() {
            return "deflate";
        }

        @Override
        public byte[] decode(byte[] data, int[] settings) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] encode(byte[] data, int[] settings) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
                for (int i = 0; i < 64; i++) {
                    out.write(new byte[1 << 20]);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return bytes.toByteArray();
        }
    }

    @Test
    void aChunkThatInflatesBeyondItsSizeIsRefused() {
        Path file = folder.resolve("bomb.hdf5");
        try (WritableHdfFile output = HdfFile.write(file)) {
            DatasetCreationOptions bomb = DatasetCreationOptions.builder().chunkDimensions(4, 1).filter(new Bomb())
                    .build();
            output.putDataset("observations", new float[4][1], bomb);
            output.putDataset("actions", new float[4][1]);
            output.putDataset("rewards", new float[4]);
            output.putDataset("terminals", new byte[4]);
            output.putDataset("timeouts", new byte[4]);
        }
        assertThatThrownBy(() -> D4rlFile.read(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("observations: a compressed chunk holds more than its size");
    }

    /** Trees of chunks: signature, kind 1, level, number of entries, two siblings, then keys and children in turn. */
    private static int chunkTree(ByteBuffer file) {
        for (int at = 0; at + 8 < file.capacity(); at++) {
            if (file.getInt(at) == 0x45455254 && file.get(at + 4) == 1 && file.getShort(at + 6) == 4) {
                return at;
            }
        }
        throw new AssertionError("no tree of four chunks");
    }

    private static final int KEY = 8 + 3 * 8; // of a data set of two dimensions

    @Test
    void aTreeThatIsItsOwnBranchIsRefused() throws IOException {
        ByteBuffer file = ByteBuffer.wrap(bytes("d4rl-like")).order(ByteOrder.LITTLE_ENDIAN);
        int tree = chunkTree(file);
        file.put(tree + 5, (byte) 1);
        for (int i = 0; i < 4; i++) {
            file.putLong(tree + 24 + KEY + i * (KEY + 8), tree);
        }
        assertThat(refused(file.array(), "a tree in itself")).isTrue();
    }

    /** Thirty levels, each with four times the same branch: 4^30 leaves in some kilobytes. */
    @Test
    void aTreeOfManyTimesTheSameBranchIsRefused() throws IOException {
        byte[] whole = bytes("d4rl-like");
        int size = 24 + 5 * KEY + 4 * 8;
        int levels = 30;
        ByteBuffer file = ByteBuffer.wrap(Arrays.copyOf(whole, whole.length + levels * size))
                .order(ByteOrder.LITTLE_ENDIAN);
        int tree = chunkTree(file);
        for (int level = 0; level < levels; level++) {
            int at = whole.length + level * size;
            file.put(at, whole, tree, size).put(at + 5, (byte) 1);
            for (int i = 0; i < 4; i++) {
                file.putLong(at + 24 + KEY + i * (KEY + 8), level < levels - 1 ? at + size : tree);
            }
        }
        // The old place now holds the root of the new tree, the leaf has moved behind it.
        byte[] leaf = Arrays.copyOfRange(whole, tree, tree + size);
        byte[] all = Arrays.copyOf(file.array(), file.capacity() + size);
        System.arraycopy(leaf, 0, all, file.capacity(), size);
        ByteBuffer moved = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        int last = whole.length + (levels - 1) * size;
        for (int i = 0; i < 4; i++) {
            moved.putLong(last + 24 + KEY + i * (KEY + 8), file.capacity());
            moved.putLong(tree + 24 + KEY + i * (KEY + 8), whole.length);
        }
        moved.put(tree + 5, (byte) 1);
        assertThat(refused(all, "a tree of equal branches")).isTrue();
    }

    /** The first message of the root's header leads to a block whose only message leads to itself. */
    @Test
    void aHeaderThatGoesOnInItselfIsRefused() throws IOException {
        byte[] whole = bytes("latest");
        ByteBuffer file = ByteBuffer.wrap(Arrays.copyOf(whole, whole.length + 28)).order(ByteOrder.LITTLE_ENDIAN);
        int header = new String(whole, StandardCharsets.ISO_8859_1).indexOf("OHDR");
        int flags = whole[header + 5];
        int message = header + 6 + ((flags & 32) != 0 ? 16 : 0) + ((flags & 16) != 0 ? 4 : 0) + (1 << (flags & 3));
        int tracked = (flags & 4) != 0 ? 2 : 0;
        goOn(file, message, tracked, whole.length);
        file.put(whole.length, "OCHK".getBytes(StandardCharsets.US_ASCII));
        goOn(file, whole.length + 4, tracked, whole.length);
        assertThat(refused(file.array(), "a header in itself")).isTrue();
    }

    private static void goOn(ByteBuffer file, int at, int tracked, int target) {
        file.put(at, (byte) 16).putShort(at + 1, (short) 16).put(at + 3, (byte) 0);
        file.putLong(at + 4 + tracked, target).putLong(at + 12 + tracked, 28);
    }

    @Test
    void whatIsNotHdf5IsNamedSo() throws IOException {
        RandomStream random = RandomStream.of(5, "noise");
        for (int size : new int[]{0, 1, 7, 8, 9, 511, 512, 519, 520, 1031, 1032, 5000}) {
            byte[] noise = new byte[size];
            random.nextBytes(noise);
            Path file = Files.write(folder.resolve("noise"), noise);
            assertThatThrownBy(() -> D4rlFile.read(file)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString()).hasMessageContaining("it is not an HDF5 file (" + size);
        }
        Path missing = folder.resolve("missing.hdf5");
        assertThatThrownBy(() -> D4rlFile.read(missing)).hasMessageContaining(missing.toString())
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> D4rlFile.read(folder)).hasMessageContaining("not a regular file");
    }

    @Test
    void damagedMinariFilesAreRefusedOrRead() throws IOException {
        byte[] whole = bytes("minari-open");
        RandomStream random = RandomStream.of(12, "minari");
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] flipped = whole.clone();
            for (int i = 0; i < 6; i++) {
                flipped[random.nextInt(whole.length)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("hostile.hdf5"), flipped);
            Throwable thrown = catchThrowable(() -> MinariImport.read(file));
            if (thrown != null) {
                assertThat(thrown).as("round %d", round).isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(file.toString());
                refused++;
            }
        }
        assertThat(refused).isBetween(1, 299);
    }
}
