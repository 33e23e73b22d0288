package org.emfuse.rl.data.hdf5;

import java.nio.file.Path;

/** An HDF5 file that cannot be read as what it should be; the message names the file and what to do. */
public final class Hdf5Exception extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** A file is refused for a reason, a clause without a full stop. */
    public Hdf5Exception(Path path, String why) {
        super("the file " + path + " cannot be read: " + why);
    }
}
