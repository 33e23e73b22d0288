package org.emfuse.llm.experts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.emfuse.llm.config.ExpertsFile;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.record.Sha256;

/**
 * Which experts files need something of a cache: one small file each, with its path. So it can be told what one of them
 * alone needs.
 */
final class UsedExpertsFiles {

    private final Path folder;

    /** Those of a cache. */
    UsedExpertsFiles(CacheFolder cache) {
        this.folder = cache.experts();
    }

    /** Notes that an experts file is used; where the cache cannot be written, nothing. */
    void remember(ExpertsFile file) {
        Path note = note(file);
        if (Files.isRegularFile(note)) {
            return;
        }
        try {
            for (Path old : notes()) {
                if (!Files.exists(Path.of(Files.readString(old)))) {
                    Files.deleteIfExists(old);
                }
            }
            CacheFolder.write(note, NamedFile.real(file.path()).toString());
        } catch (IOException e) {
            System.getLogger(UsedExpertsFiles.class.getName()).log(System.Logger.Level.DEBUG, "not noted: " + note, e);
        }
    }

    /** An experts file needs nothing any more. */
    void forget(ExpertsFile file) throws IOException {
        Files.deleteIfExists(note(file));
    }

    /** The other experts files that are still there, in the order of their paths. */
    List<Path> others(ExpertsFile file) {
        List<Path> others = new ArrayList<>();
        try {
            for (Path note : notes()) {
                Path other = Path.of(Files.readString(note));
                if (!note.equals(note(file)) && Files.isRegularFile(other)) {
                    others.add(other);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be read", e);
        }
        return others.stream().sorted().toList();
    }

    private List<Path> notes() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
        }
    }

    private Path note(ExpertsFile file) {
        return folder.resolve(Sha256.of(NamedFile.real(file.path()).toString()).substring(0, 32));
    }
}
