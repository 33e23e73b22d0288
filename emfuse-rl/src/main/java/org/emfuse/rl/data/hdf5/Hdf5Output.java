package org.emfuse.rl.data.hdf5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.function.Consumer;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.api.Node;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;

/**
 * Content of an HDF5 file that is being written: chunked, shuffled and gzipped data sets, texts in groups. The file appears
 * whole or not at all.
 */
public final class Hdf5Output {

    private static final int CHUNK_ROWS = 4096;
    private static final int LEVEL = 4;

    private final WritableHdfFile file;

    private Hdf5Output(WritableHdfFile file) {
        this.file = file;
    }

    /**
     * Writes a file: first beside it, then, if it passes a check, moved over it.
     *
     * @param target the file, replaced if it exists
     * @param content puts the data sets
     * @param check reads the file beside it and throws unless it holds what it should: a full disk can cut it short unseen
     * @throws IllegalArgumentException if {@code target} cannot be a file
     * @throws UncheckedIOException if it could not be written whole; nothing is left behind
     */
    public static void write(Path target, Consumer<Hdf5Output> content, Consumer<Path> check) {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("the file " + target + " cannot be written: the folder " + folder
                    + " does not exist. Create it or choose another place");
        }
        if (Files.isDirectory(target)) {
            throw new IllegalArgumentException(
                    "the file " + target + " cannot be written: it is a folder. Choose another name");
        }
        Path part = target.resolveSibling(target.getFileName() + ".part");
        boolean moved = false;
        try {
            Files.newByteChannel(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING).close(); // the library overwrites and never shortens
            try (WritableHdfFile file = HdfFile.write(part)) {
                content.accept(new Hdf5Output(file));
            }
            check.accept(part);
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            moved = true;
        } catch (IOException e) {
            throw failed(target, e);
        } catch (HdfException e) {
            throw failed(target, e.getCause() instanceof IOException cause ? cause : new IOException(e));
        } catch (Hdf5Exception e) {
            throw failed(target, new IOException("what was written cannot be read back", e));
        } finally {
            if (!moved) {
                part.toFile().delete();
            }
        }
    }

    private static UncheckedIOException failed(Path target, IOException cause) {
        return new UncheckedIOException("the file " + target + " could not be written (" + cause.getMessage()
                + "); check the free space and the permissions of its folder", cause);
    }

    /**
     * Puts a data set of single-precision numbers.
     *
     * @param name in the root group
     * @param values [rows × columns], row-major, at least one
     */
    public void matrix(String name, float[] values, int columns) {
        float[][] rows = new float[values.length / columns][columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values, i * columns, rows[i], 0, columns);
        }
        file.putDataset(name, rows, chunks(rows.length, columns));
    }

    /** Puts a data set of single-precision numbers of one dimension, at least one. */
    public void vector(String name, float[] values) {
        file.putDataset(name, values, chunks(values.length));
    }

    /** Puts flags as int8, at least one. */
    public void flags(String name, boolean[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        file.putDataset(name, bytes, chunks(bytes.length));
    }

    private static DatasetCreationOptions chunks(int rows, int... columns) {
        int height = Math.min(CHUNK_ROWS, rows);
        int[] shape = columns.length == 0 ? new int[]{height} : new int[]{height, columns[0]};
        return DatasetCreationOptions.builder().chunkDimensions(shape).shuffle().deflate(LEVEL).build();
    }

    /**
     * Puts texts into a group, in groups below it where a name has slashes.
     *
     * @throws IllegalArgumentException if a name has an empty part, or is both a text and a group
     */
    public void texts(String group, Map<String, String> texts) {
        WritableGroup top = file.putGroup(group);
        texts.forEach((name, text) -> {
            if (text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("the text of " + name + " has a character 0, which ends a text");
            }
            String[] parts = name.split("/", -1);
            WritableGroup at = top;
            for (int i = 0; i < parts.length; i++) {
                if (parts[i].isBlank() || parts[i].equals(".") || parts[i].equals("..")) {
                    throw new IllegalArgumentException("'" + name + "' cannot name a text: it has an empty part");
                }
                Node there = at.getChild(parts[i]);
                boolean last = i == parts.length - 1;
                if (there != null && (last || !(there instanceof WritableGroup))) {
                    throw new IllegalArgumentException("'" + name + "' names a text and a group of texts");
                }
                if (last) {
                    at.putDataset(parts[i], text);
                } else {
                    at = there instanceof WritableGroup below ? below : at.putGroup(parts[i]);
                }
            }
        });
    }
}
