package org.emfuse.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.record.Sha256;
import org.emfuse.rl.collect.CollectConfig;
import org.emfuse.rl.collect.CollectionRun;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.Environments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Logs of policies that act in an environment. */
@Command(name = "collect", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Lets policies act in an environment and writes what happened as a data set (HDF5, D4RL's layout).",
    "Ctrl-C stops at the next whole shard of 10,000 transitions; --resume goes on there.", ""}, footer = {"",
        "Examples:",
        "  emfuse rl collect --env Pendulum-v1 --policy pendulum-swingup:noise=0.3 --transitions 20000 \\",
        "      --output swingup.hdf5",
        "  emfuse rl collect --env Pendulum-v1 --policy runs/p/policy.safetensors@3 --policy random@1 \\",
        "      --transitions 100000 --seed 7 --output mixed.hdf5"})
final class CollectCommand implements Callable<Integer> {

    @Option(names = "--env", required = true, paramLabel = "ID", description = "The environment; emfuse rl envs lists them.")
    private String env = "";

    @Option(names = "--policy", required = true, paramLabel = "POLICY", description = "A controller's name or a policy file (.safetensors); @SHARE sets its part of the episodes. May be repeated.")
    private List<String> policies = List.of();

    @Option(names = "--transitions", required = true, paramLabel = "N", description = "How many.")
    private int transitions;

    @Option(names = "--deterministic", description = "Policy networks act by their mode instead of sampling.")
    private boolean deterministic;

    @Option(names = "--noise", paramLabel = "X", defaultValue = "0", description = "Standard deviation of Gaussian noise on every action, as a share of the largest action. Default: ${DEFAULT-VALUE}.")
    private double noise;

    @Option(names = "--random-share", paramLabel = "P", defaultValue = "0", description = "Probability of a uniformly random action. Default: ${DEFAULT-VALUE}.")
    private double randomShare;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of everything random. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The HDF5 file to write.")
    private Path file = Path.of("");

    @Option(names = "--resume", description = "Go on with a collection that was stopped.")
    private boolean resume;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        CollectConfig config = new CollectConfig(Environments.spec(env).id(), policies, deterministic, noise,
                randomShare, transitions, seed);
        try (Interrupt interrupt = new Interrupt(); CollectionRun run = CollectionRun.open(file, config, resume)) {
            boolean whole;
            try (Progress progress = new Progress(output, "transitions", transitions, run.done())) {
                whole = run.collect(interrupt, done -> progress.to(done, ""));
            }
            if (!whole) {
                output.notice("stopped after " + run.done() + " of " + transitions
                        + " transitions; the same command with --resume goes on");
                return Failures.FAILURE;
            }
            report(config, run.finish(RlRecord.versions()));
        }
        return 0;
    }

    private void report(CollectConfig config, Transitions data) {
        if (!output.jsonOnly()) {
            output.out().println(file + ": " + data.size() + " transitions of " + config.env() + ", content sha256 "
                    + data.contentHash());
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("file", file.toString());
        result.put("transitions", data.size());
        result.put("content_sha256", data.contentHash());
        result.put("run", RlRecord.of("rl collect", output.arguments(), config.seed(), config,
                Map.of(file.toString(), Sha256.of(file))));
        output.writeJson(result);
    }
}
