package org.emfuse.rl.collect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;

/**
 * The raw pieces of a collection on disk: a folder of safetensors files, each with its transitions and with the collector's
 * state after them. A piece appears whole or not at all.
 */
final class Shards {

    /** Transitions of a whole shard. */
    static final int SIZE = 10_000;

    private final Path folder;

    Shards(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    private Path file(int index) {
        return folder.resolve(String.format(Locale.ROOT, "shard-%05d.safetensors", index));
    }

    /** Number of shards without a gap from the first. */
    int count() {
        int count = 0;
        while (Files.isRegularFile(file(count))) {
            count++;
        }
        return count;
    }

    /** Writes the shard that follows the last one. */
    void append(Transitions rows, Map<String, Tensor> state, Map<String, String> metadata) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be made", e);
        }
        try (TorchScope _ = new TorchScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            int n = rows.size();
            tensors.put("observations", Tensors.of(rows.observations(), n, rows.observationSize()));
            tensors.put("actions", Tensors.of(rows.actions(), n, rows.actionSize()));
            tensors.put("rewards", Tensors.of(rows.rewards(), n));
            tensors.put("next_observations", Tensors.of(rows.nextObservations(), n, rows.observationSize()));
            tensors.put("terminals", Tensors.of(bytes(rows.terminals())));
            tensors.put("timeouts", Tensors.of(bytes(rows.timeouts())));
            tensors.putAll(state);
            SafetensorsFile.write(file(count()), tensors, metadata);
        }
    }

    /** The header and tensors of one shard. */
    SafetensorsFile open(int index) {
        return SafetensorsFile.open(file(index));
    }

    /** The transitions of one shard. */
    Transitions read(int index, int observationSize, int actionSize) {
        try (TorchScope _ = new TorchScope()) {
            SafetensorsFile file = open(index);
            int n = Math.toIntExact(file.tensor("rewards").elements());
            return new Transitions(observationSize, actionSize,
                    file.tensor("observations", n, observationSize).toFloats(),
                    file.tensor("actions", n, actionSize).toFloats(), file.tensor("rewards", n).toFloats(),
                    file.tensor("next_observations", n, observationSize).toFloats(),
                    flags(file.tensor("terminals", n).toBytes()), flags(file.tensor("timeouts", n).toBytes()));
        }
    }

    private static byte[] bytes(boolean[] flags) {
        byte[] bytes = new byte[flags.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (flags[i] ? 1 : 0);
        }
        return bytes;
    }

    private static boolean[] flags(byte[] bytes) {
        boolean[] flags = new boolean[bytes.length];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = bytes[i] != 0;
        }
        return flags;
    }

    /** Removes the folder. */
    void delete() {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> deepestFirst = new ArrayList<>(files.sorted(Comparator.reverseOrder()).toList());
            for (Path each : deepestFirst) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be removed", e);
        }
    }
}
