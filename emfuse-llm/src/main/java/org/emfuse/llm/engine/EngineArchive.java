package org.emfuse.llm.engine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The shared libraries in a package's archive. */
final class EngineArchive {

    /** What is taken: libraries of a platform, and the licence. Other names, links and paths upwards are not. */
    private static final Pattern WANTED = Pattern
            .compile("package/(bins/[\\w.-]+/[\\w.-]+\\.(so|dylib|dll)|LICENSE)");

    private EngineArchive() {}

    /**
     * Unpacks the libraries side by side.
     *
     * @param folder gets them; it exists and is empty
     * @throws IOException if the archive is damaged, or holds none
     */
    static void unpack(Path archive, Path folder) throws IOException {
        int libraries = 0;
        try (InputStream file = Files.newInputStream(archive);
                TarArchiveInputStream tar = new TarArchiveInputStream(
                        new GZIPInputStream(new BufferedInputStream(file)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile() && WANTED.matcher(entry.getName()).matches()) {
                    String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                    Files.copy(tar, folder.resolve(name));
                    libraries += name.equals("LICENSE") ? 0 : 1;
                }
            }
        }
        if (libraries == 0) {
            throw new IOException("the archive " + archive.getFileName() + " holds no shared library");
        }
    }
}
