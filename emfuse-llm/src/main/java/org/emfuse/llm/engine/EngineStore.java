package org.emfuse.llm.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FetchLock;
import org.emfuse.llm.model.Network;

/**
 * The engines in the cache, one folder each. A build is there whole or not at all, and two processes never fetch the same
 * one at once.
 */
public final class EngineStore {

    private final CacheFolder cache;
    private final Path folder;

    /** The store of a cache. */
    public EngineStore(CacheFolder cache) {
        this.cache = cache;
        this.folder = cache.engines();
    }

    /** Where a build is or would be. */
    public Path folderOf(EngineBuild build) {
        return folder.resolve(build.folder());
    }

    /** Whether a build is here. */
    public boolean holds(EngineBuild build) {
        return Files.isDirectory(folderOf(build));
    }

    /** The folders of all engines but the embedded one, by name. */
    public List<Path> folders() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isDirectory).filter(each -> {
                String name = each.getFileName().toString();
                return !name.startsWith(".") && !name.equals(EngineNames.EMBEDDED);
            }).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be read", e);
        }
    }

    /** The folder of a name. */
    public Optional<Path> find(String name) {
        return folders().stream().filter(each -> each.getFileName().toString().equals(name)).findFirst();
    }

    /**
     * Fetches a build unless it is here.
     *
     * @return its folder
     * @throws EngineException if it cannot be had; the message says why and what to do
     */
    public Path install(EngineBuild build) {
        return holds(build) ? folderOf(build) : brought(build, false);
    }

    /**
     * Fetches a build anew; what is here of it stays until the new one is whole.
     *
     * @return its folder
     * @throws EngineException if it cannot be had; the message says why and what to do
     */
    public Path renew(EngineBuild build) {
        return brought(build, true);
    }

    private Path brought(EngineBuild build, boolean anew) {
        if (!Network.allowed()) {
            throw new EngineException("the engine " + build.name() + (anew ? " does not load" : " is not here")
                    + ", and " + Network.VARIABLE + " forbids fetching it" + (anew ? " anew" : "")
                    + "; unset that, or use --engine embedded", null);
        }
        try {
            Files.createDirectories(folder);
            // Of the whole folder: what is left in it is removed, too.
            try (FetchLock lock = FetchLock.of(cache, folder, () -> {})) {
                Objects.requireNonNull(lock);
                if (anew || !holds(build)) {
                    removeWhatKilledProcessesLeft();
                    fetch(build);
                }
            }
            return folderOf(build);
        } catch (NpmClient.MissingException e) {
            throw new EngineException("the engine " + build.name() + " is fetched with npm, which was not found."
                    + " Install it, for example with: apt-get install npm", e);
        } catch (IOException e) {
            throw new EngineException("the engine " + build.name() + " could not be put into " + folder + ": "
                    + e.getMessage(), e);
        }
    }

    /** Under the lock, so nobody is at work in these folders. */
    private void removeWhatKilledProcessesLeft() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path left : all.filter(each -> each.getFileName().toString().startsWith(FetchFolder.PREFIX))
                    .toList()) {
                CacheFolder.remove(left);
            }
        }
    }

    private void fetch(EngineBuild build) throws IOException {
        try (FetchFolder work = new FetchFolder(folder)) {
            Path archive = NpmClient.pack(build.requirement(), build.integrity(), work);
            Path unpacked = Files.createDirectory(work.path().resolve("unpacked"));
            EngineArchive.unpack(archive, unpacked);
            if (holds(build)) {
                Files.move(folderOf(build), work.path().resolve("replaced"), StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(unpacked, folderOf(build), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Removes an engine.
     *
     * @param name of its folder
     * @throws IllegalArgumentException if there is none of the name
     */
    public void remove(String name) {
        Path there = find(name).orElseThrow(() -> new IllegalArgumentException("there is no engine '" + name + "' in "
                + folder));
        try {
            // Under another name first, so that nobody finds half of it.
            Path going = Files.createTempDirectory(folder, ".remove");
            Files.move(there, going.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            CacheFolder.remove(going);
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException("the engine " + name + " was removed by another process", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the engine " + there + " could not be removed", e);
        }
    }
}
