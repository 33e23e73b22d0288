package org.emfuse.rl.data.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.jhdf.Constants;
import io.jhdf.HdfFile;
import io.jhdf.Superblock;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Link;
import io.jhdf.api.Node;
import org.jspecify.annotations.Nullable;

/**
 * An HDF5 file that is read with suspicion: whatever it holds, reading ends with its values or with one
 * {@link Hdf5Exception}. Names are paths within the file, such as {@code infos/qpos}; links are not followed. One thread at a
 * time.
 */
public final class Hdf5File implements AutoCloseable {

    private static final long SIGNATURE = 0x0A1A0A0D46444889L; // "\x89HDF\r\n\x1a\n", little-endian
    /** What reading all tables takes, with much room: bytes, and times the file's size. */
    private static final long TABLE_BYTES = 1 << 20;
    private static final long TABLE_PASSES = 16;
    /** Part of the heap that one file's values may take: the reader's caller copies them once. */
    private static final double HEAP_SHARE = 0.45;

    private static final int MOST_CAUSES = 20;

    private final Path path;
    private final BoundedChannel channel;
    private final Group root;
    private long claimed;

    private Hdf5File(Path path, BoundedChannel channel) {
        this.path = path;
        this.channel = channel;
        this.root = guarded("", () -> open(channel));
    }

    /**
     * Opens a file.
     *
     * @throws Hdf5Exception if it is missing, cut off, or no HDF5 file
     */
    public static Hdf5File open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new Hdf5Exception(path,
                    Files.exists(path) ? "it is not a regular file" : "it does not exist; check the path");
        }
        BoundedChannel channel;
        try {
            channel = new BoundedChannel(path);
        } catch (IOException e) {
            throw new Hdf5Exception(path, e.getMessage() + "; check its permissions");
        }
        try {
            return new Hdf5File(path, channel);
        } catch (RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    private HdfFile open(BoundedChannel file) {
        if (!signed(file)) {
            throw new Hdf5Exception(path, "it is not an HDF5 file (" + file.size()
                    + " bytes without HDF5's signature); check that it is the right file and was downloaded whole");
        }
        channel.allow(TABLE_BYTES + TABLE_PASSES * file.size());
        HdfFile opened = new HdfFile(file);
        Superblock superblock = opened.getHdfBackingStorage().getSuperblock();
        long end = superblock.getEndOfFileAddress();
        if (end != Constants.UNDEFINED_ADDRESS && end > file.size()) {
            throw new Hdf5Exception(path, "it was cut off: it should have " + end + " bytes and has " + file.size()
                    + ". Copy or download it again");
        }
        opened.getChildren(); // now, so that damage there is not laid to the data set that is asked for first
        return opened;
    }

    /** The signature may stand at byte 0, 512, 1024, 2048 and so on. */
    private static boolean signed(BoundedChannel file) {
        file.allow(64L * 16);
        for (long at = 0; at <= file.size() - Long.BYTES; at = at == 0 ? 512 : 2 * at) {
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.read(bytes, at);
            if (bytes.getLong(0) == SIGNATURE) {
                return true;
            }
        }
        return false;
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Names of what is directly in a group, in the file's order; none where there is no such group. */
    public List<String> names(String group) {
        return guarded(group, () -> node(group) instanceof Group found
                ? List.copyOf(found.getChildren().keySet())
                : List.<String>of());
    }

    /** Full names of what is directly in a group; the name itself for anything else, damaged or not. */
    public List<String> namesBelow(String name) {
        try {
            return isGroup(name) ? names(name).stream().map(below -> name + "/" + below).toList() : List.of(name);
        } catch (Hdf5Exception e) {
            return List.of(name);
        }
    }

    /** Whether there is a data set or group of that name. */
    public boolean has(String name) {
        return guarded(name, () -> node(name) != null);
    }

    /** Whether there is a group of that name. */
    public boolean isGroup(String name) {
        return guarded(name, () -> node(name) instanceof Group);
    }

    /**
     * Rows of a data set of one or two dimensions.
     *
     * @throws Hdf5Exception if there is no such data set or it holds no numbers
     */
    public int rows(String name) {
        return guarded(name, () -> values(name).rows());
    }

    /** Whether a data set holds integers. */
    public boolean isInteger(String name) {
        return guarded(name, () -> values(name).kind() == ElementType.Kind.INTEGER);
    }

    /**
     * The numbers of a data set of one or two dimensions.
     *
     * @throws Hdf5Exception if there is no such data set, it holds no numbers, is damaged, or does not fit into memory
     */
    public FloatMatrix matrix(String name) {
        return guarded(name, () -> {
            StoredValues values = values(name);
            if (values.kind() == ElementType.Kind.BOOLEAN) {
                throw new Unreadable("its elements are booleans, not numbers");
            }
            values.checkSize();
            claim((long) values.count() * Float.BYTES + values.tableBytes());
            float[] floats = new float[values.count()];
            values.read((index, value) -> floats[index] = (float) value);
            return new FloatMatrix(values.rows(), values.columns(), floats);
        });
    }

    /**
     * The flags of a data set of one dimension (or of one column): booleans, or numbers that are 0 or 1.
     *
     * @throws Hdf5Exception if there is no such data set, or it holds anything else
     */
    public boolean[] flags(String name) {
        return guarded(name, () -> {
            StoredValues values = values(name);
            if (values.columns() != 1) {
                throw new Unreadable("it has " + values.columns() + " columns; one flag a row is expected");
            }
            values.checkSize();
            claim(values.count() + values.tableBytes());
            boolean[] flags = new boolean[values.count()];
            values.read((index, value) -> {
                if (value != 0 && value != 1) {
                    throw new Unreadable(
                            "row " + index + " (counted from 0) holds " + value + "; flags are 0 or 1");
                }
                flags[index] = value == 1;
            });
            return flags;
        });
    }

    /**
     * Numbers and texts below a group by their names within it.
     *
     * @param skipped receives the full names of data sets that are neither, or cannot be read
     */
    public Map<String, String> texts(String group, List<String> skipped) {
        return guarded(group, () -> node(group) instanceof Group found
                ? new Texts(this).below(found, group, skipped)
                : Map.<String, String>of());
    }

    /** The file's attributes that are a number or a text. */
    public Map<String, String> attributes() {
        return guarded("", () -> new Texts(this).attributes(root));
    }

    /** A refusal that names this file and the reason, a clause without a full stop. */
    public Hdf5Exception refused(String why) {
        return new Hdf5Exception(path, why);
    }

    private StoredValues values(String name) {
        Node node = node(name);
        if (node instanceof Dataset dataset) {
            return new StoredValues(dataset, channel);
        }
        throw new Unreadable(node == null ? "there is none of that name" : "it is no data set");
    }

    private @Nullable Node node(String name) {
        Node node = root;
        for (String part : name.split("/", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            node = node instanceof Group group ? group.getChild(part) : null;
            if (node instanceof Link) {
                throw new Unreadable("it is a link; links are not followed. Copy what it points to");
            }
        }
        return node;
    }

    private void claim(long bytes) {
        claimed += bytes;
        long limit = (long) (HEAP_SHARE * Runtime.getRuntime().maxMemory());
        if (claimed > limit) {
            throw new Hdf5Exception(path, "its values take at least " + (claimed >> 20) + " MiB, "
                    + (limit >> 20) + " MiB of Java's heap may go to them; give Java more with -Xmx");
        }
    }

    /** Runs what may meet damage anywhere, and says it in one way. */
    <T> T guarded(String name, Supplier<T> read) {
        try {
            return read.get();
        } catch (Hdf5Exception e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | InternalError e) {
            throw damaged(name, e); // InternalError: the file became shorter while it was mapped
        } catch (OutOfMemoryError e) {
            throw new Hdf5Exception(path, about(name)
                    + "it asks for more memory than Java has; if it is not damaged, give Java more with -Xmx");
        }
    }

    private Hdf5Exception damaged(String name, Throwable thrown) {
        String detail = thrown.getClass().getSimpleName();
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof Unreadable) {
                return new Hdf5Exception(path, about(name) + cause.getMessage());
            }
            detail = cause.getMessage() == null ? detail : cause.getMessage();
            cause = cause.getCause();
        }
        Hdf5Exception exception = new Hdf5Exception(path, about(name) + "it is damaged, or of a newer form of HDF5 than"
                + " is read (" + detail + "). Copy or download it again, or write it again with libver='earliest'");
        exception.initCause(thrown);
        return exception;
    }

    private static String about(String name) {
        return name.isEmpty() ? "" : name + ": ";
    }

    private static void close(BoundedChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new AssertionError("closing unmaps memory only", e);
        }
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        close(channel);
    }
}
