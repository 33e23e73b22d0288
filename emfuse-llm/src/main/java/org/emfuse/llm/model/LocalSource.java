package org.emfuse.llm.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

import org.emfuse.record.Sha256;

/**
 * A file that is on this machine already, or on a drive that it can read.
 *
 * @param file absolute
 */
public record LocalSource(Path file) implements ModelSource {

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public String description() {
        return "the file " + file;
    }

    @Override
    public String advice() {
        return "Put it back, or correct its path";
    }

    @Override
    public Path cachePath() {
        return Path.of("local", Sha256.of(name()).substring(0, 16), file.getFileName().toString());
    }

    @Override
    public Path fetch(Path folder, FetchListener listener) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("it does not exist");
        }
        Path copy = FetchParts.of(folder, this, "copy");
        try (Remains remains = new Remains(copy)) {
            Objects.requireNonNull(remains);
            try (var in = Files.newInputStream(file); var out = Files.newOutputStream(copy)) {
                in.transferTo(out);
            }
            return Files.move(copy, FetchParts.of(folder, this, "part"), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
