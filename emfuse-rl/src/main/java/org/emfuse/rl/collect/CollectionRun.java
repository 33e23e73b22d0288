package org.emfuse.rl.collect;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.emfuse.record.Sha256;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.TorchScope;
import tools.jackson.databind.json.JsonMapper;

/**
 * A collection on its way to a file in D4RL's layout. Shards of 10,000 transitions gather in {@code FILE.parts}; once all
 * are there the file is assembled and they are removed. A run that was stopped, or killed, goes on after its last shard and
 * ends with the same content.
 */
public final class CollectionRun implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HASH = "config";

    private final Path output;
    private final CollectConfig config;
    private final Collector collector;
    private final Shards shards;

    private CollectionRun(Path output, CollectConfig config, Collector collector, Shards shards) {
        this.output = output;
        this.config = config;
        this.collector = collector;
        this.shards = shards;
    }

    /**
     * Opens a run.
     *
     * @param output the file to make; it must not exist
     * @param resume whether to go on after the shards that are there
     * @throws IllegalArgumentException if the output exists or its folder does not, if there are shards and {@code resume}
     *             is not set, or if they come from other settings
     */
    public static CollectionRun open(Path output, CollectConfig config, boolean resume) {
        Path folder = output.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("the folder of the output " + output + " does not exist");
        }
        if (Files.exists(output)) {
            throw new IllegalArgumentException(
                    "the output " + output + " already exists; remove it or name another file");
        }
        Shards shards = new Shards(output.resolveSibling(output.getFileName() + ".parts"));
        if (shards.count() > 0 && !resume) {
            throw new IllegalArgumentException("there is an unfinished collection in " + shards.folder()
                    + "; add --resume to go on with it, or remove that folder");
        }
        Collector collector = new Collector(config);
        try {
            CollectionRun run = new CollectionRun(output, config, collector, shards);
            run.restore();
            return run;
        } catch (RuntimeException e) {
            collector.close();
            throw e;
        }
    }

    private void restore() {
        int count = shards.count();
        if (count == 0) {
            return;
        }
        SafetensorsFile last = shards.open(count - 1);
        if (!hash().equals(last.metadata().get(HASH))) {
            throw new IllegalArgumentException("the shards in " + shards.folder()
                    + " come from other settings or policies ("
                    + last.metadata().getOrDefault("settings", "unknown")
                    + "); give the same ones, or remove that folder");
        }
        collector.load(last);
    }

    /** Of everything that the content depends on, policy files included. */
    private String hash() {
        List<String> hashes = collector.behaviours().stream().map(Behaviour::hash).toList();
        return Sha256.of(JSON.writeValueAsString(List.of(config, hashes)));
    }

    /** Transitions that are safe on disk. */
    public int done() {
        return Math.min(shards.count() * Shards.SIZE, config.transitions());
    }

    /**
     * Collects until all transitions are there or {@code stop} says so, which is asked after each shard.
     *
     * @param listener hears of the transitions that are safe
     * @return whether all are there
     */
    public boolean collect(BooleanSupplier stop, LongConsumer listener) {
        while (done() < config.transitions() && !stop.getAsBoolean()) {
            Transitions next = collector.next(Math.min(Shards.SIZE, config.transitions() - done()));
            try (TorchScope _ = new TorchScope()) {
                shards.append(next, collector.named(),
                        Map.of(HASH, hash(), "settings", JSON.writeValueAsString(config)));
            }
            listener.accept(done());
        }
        return done() == config.transitions();
    }

    /**
     * Assembles the file and removes the shards; to be called once all transitions are there.
     *
     * @param versions of the program and what it ran on, for the file's metadata
     * @return what the file holds
     */
    public Transitions finish(Map<String, String> versions) {
        List<Transitions> parts = new ArrayList<>();
        for (int i = 0; i < shards.count(); i++) {
            parts.add(shards.read(i, collector.spec().observationSize(), collector.spec().actionSize()));
        }
        Transitions all = Transitions.concat(parts);
        // The last episode may be cut by the end of the collection: a time limit for whoever learns from it.
        int last = all.size() - 1;
        all.timeouts()[last] |= !all.terminals()[last];
        D4rlFile.write(output, all, metadata(all, versions));
        shards.delete();
        return all;
    }

    private Map<String, String> metadata(Transitions all, Map<String, String> versions) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("env", config.env());
        metadata.put("seed", Long.toString(config.seed()));
        metadata.put("settings", JSON.writeValueAsString(config));
        for (Behaviour behaviour : collector.behaviours()) {
            metadata.merge("policies", behaviour.id() + " sha256 " + behaviour.hash(), (a, b) -> a + "; " + b);
        }
        metadata.put("content_sha256", all.contentHash());
        metadata.putAll(versions);
        return metadata;
    }

    /** Episodes that are over. */
    public long episodes() {
        return collector.episodes();
    }

    @Override
    public void close() {
        collector.close();
    }
}
