package org.emfuse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.emfuse.llm.model.CacheFolder;

/** Temporary folders. */
final class Scratch {

    private Scratch() {}

    /** A new folder in the temporary one, removed with what is in it when the process ends, also by Ctrl-C. */
    static Path folder(String prefix) throws IOException {
        Path folder = Files.createTempDirectory(prefix);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                remove(folder);
            } catch (IOException e) {
                // what is left is in the folder for temporary files
            }
        }, "scratch"));
        return folder;
    }

    /** Removes such a folder before the process ends. */
    static void remove(Path folder) throws IOException {
        CacheFolder.remove(folder);
    }
}
