package org.emfuse.rl.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.emfuse.rl.collect.CollectConfig;
import org.emfuse.rl.collect.CollectionRun;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.train.RunResult;

/**
 * The data of one domain.
 *
 * @param file HDF5 in D4RL's layout
 */
record DataCell(String name, Path file, CollectConfig config) implements Cell {

    @Override
    public List<Cell> needs() {
        return List.of();
    }

    @Override
    public boolean done() {
        return Files.exists(file);
    }

    /** Of what is collected so far; it goes once the file is there. */
    @Override
    public Path folder() {
        return file.resolveSibling(file.getFileName() + ".parts");
    }

    @Override
    public long size() {
        return config.transitions();
    }

    @Override
    public void run(BooleanSupplier stop, LongConsumer progress) {
        Folders.make(file.resolveSibling("."));
        try (CollectionRun run = CollectionRun.open(file, config, true)) {
            if (run.collect(stop, progress)) {
                run.finish(RunResult.versions());
            }
        }
    }

    /** The transitions; to be called once it is done. */
    Transitions read() {
        return D4rlFile.read(file).transitions();
    }
}
