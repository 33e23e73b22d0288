package org.emfuse.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.bench.EnergyBench;
import org.emfuse.rl.bench.RlBench;
import org.emfuse.rl.bench.UpdateShapes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The speed of learning on this machine. */
@Command(name = "bench", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Measures one update of soft actor-critic, the steps per second of every environment, and transition models.",
    ""}, footer = {"",
        "Example:", "  emfuse rl bench --json bench.json"})
final class RlBenchCommand implements Callable<Integer> {

    @Option(names = "--updates", paramLabel = "N", defaultValue = "1000", description = "Updates that are timed. Default: ${DEFAULT-VALUE}.")
    private int updates;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "200000", description = "Steps of each environment that are timed. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(names = "--model-steps", paramLabel = "N", defaultValue = "10", description = "Training steps of a transition model that are timed. Default: ${DEFAULT-VALUE}.")
    private int modelSteps;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        RlBench.Settings standard = RlBench.Settings.standard();
        RlBench bench = RlBench.run(UpdateShapes.standard(),
                new RlBench.Settings(standard.warmUp(), updates, steps, standard.together(), standard.seed()),
                output::notice);
        output.notice("transition models");
        EnergyBench energy = EnergyBench.run(new EnergyBench.Settings(modelSteps, 3), standard.seed());
        if (!output.jsonOnly()) {
            Table table = new Table("environment", "steps/s", "steps/s, " + standard.together() + " together");
            bench.stepRates().forEach((id, rate) -> table.add(id, String.format(Locale.ROOT, "%.0f", rate.single()),
                    String.format(Locale.ROOT, "%.0f", rate.vectorised())));
            output.out().println(table);
            UpdateShapes shapes = bench.shapes();
            output.out().printf(Locale.ROOT,
                    "SAC update: %.2f ms median, %.2f-%.2f ms in 90 %% (%d observations, %d actions, hidden %s, batch %d,"
                            + " threads: %s)%n",
                    bench.sacUpdate().median(), bench.sacUpdate().low(), bench.sacUpdate().high(),
                    shapes.observations(), shapes.actions(), shapes.hidden(), shapes.batch(), bench.threads());
            output.out().printf(Locale.ROOT,
                    "transition model: training step %.0f ms; %.0f predictions/s; %.0f steps/s of three fused%n",
                    energy.trainStep().median(), energy.predictionsPerSecond(), energy.rolloutsPerSecond());
            output.out().flush();
        }
        Map<String, Object> result = new LinkedHashMap<>(bench.json());
        result.putAll(energy.json());
        result.put("run", RlRecord.of("rl bench", output.arguments(), standard.seed(), bench.settings(), Map.of()));
        output.writeJson(result);
        return 0;
    }
}
