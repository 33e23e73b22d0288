package org.emfuse.rl.data.hdf5;

/** What is found wrong with a file or data set, a clause that a user can understand; the file's name is added on the way out. */
final class Unreadable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Unreadable(String why) {
        super(why);
    }
}
