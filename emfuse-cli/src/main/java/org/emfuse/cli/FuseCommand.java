package org.emfuse.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.ExpertAgreement;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.experiment.Simulators;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.rollout.OpenLoop;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.torch.TorchWorkers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Fuses transition models, and says how good the result is. */
@Command(name = "fuse", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Sums the energies of transition models and compares the simulator, and each model alone, with logged episodes.",
    "Shown are errors after 1, 5, 10 and 50 steps under the logged actions, in standard deviations of the "
            + "data, and whether the simulator is uncertain where it is wrong.",
    ""}, footer = {"", "Example:",
        "  emfuse rl fuse --model models/a --model models/b --data a.hdf5 --data b.hdf5"})
final class FuseCommand implements Callable<Integer> {

    @Mixin
    private SimulatorOptions simulator = new SimulatorOptions();

    @Option(names = "--segments", paramLabel = "N", defaultValue = "300", description = "Logged segments of each length to compare with. Default: ${DEFAULT-VALUE}.")
    private int segments;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of the slices that trajectories go on with. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private OutputOptions output = new OutputOptions();

    /** One simulator on one data set; whether its experts agree there, if it has several. */
    private record Row(String model, String data, OpenLoop loop, @Nullable ExpertAgreement agreement) {}

    @Override
    public Integer call() {
        output.requirePlaces();
        List<Row> rows = new ArrayList<>();
        try (TorchThreads _ = TorchThreads.independent();
                TorchWorkers workers = new TorchWorkers(Runtime.getRuntime().availableProcessors())) {
            List<Transitions> logs = simulator.logs(output);
            Transitions all = Transitions.concat(logs);
            double[] unit = Simulators.stateUnits(all);
            double rewardUnit = Simulators.rewardUnit(all);
            LangevinSampler sampler = new LangevinSampler(workers);
            List<List<Path>> simulators = simulator.each();
            try (Progress progress = new Progress(output, "comparisons", (long) simulators.size() * logs.size(), 0)) {
                for (List<Path> files : simulators) {
                    try (Dynamics dynamics = simulator.open(files, logs, unit, sampler)) {
                        for (int i = 0; i < logs.size(); i++) {
                            rows.add(row(files, dynamics, logs.get(i), simulator.dataNames().get(i), unit, rewardUnit));
                            progress.step();
                        }
                    }
                }
            }
            simulator.known().forEach(output::notice);
        }
        rows.forEach(this::sayDiverged);
        report(rows);
        return 0;
    }

    private Row row(List<Path> files, Dynamics dynamics, Transitions logs, String data, double[] unit,
            double rewardUnit) {
        OpenLoop loop = OpenLoop.of(dynamics, logs, segments, OpenLoop.HORIZONS, unit, rewardUnit,
                RandomStream.of(seed, "open loop"));
        return new Row(SimulatorOptions.called(files, dynamics), data, loop,
                SimulatorOptions.agreement(files, dynamics, logs, segments, seed));
    }

    private void sayDiverged(Row row) {
        for (int h = 0; h < row.loop.horizons().size(); h++) {
            if (row.loop.diverged()[h] > 0) {
                output.notice("the model " + row.model + " made predictions that are not finite on "
                        + row.loop.diverged()[h] + " segments of " + row.data + " within " + row.loop.horizons().get(h)
                        + " steps; they are left out");
            }
        }
    }

    private void report(List<Row> rows) {
        if (!output.jsonOnly()) {
            Table table = new Table("model", "data", "1 step", "5", "10", "50", "reward", "rank correlation");
            rows.forEach(row -> table.add(row.model, row.data, SimulatorOptions.number(row.loop.states()[0]),
                    SimulatorOptions.number(row.loop.states()[1]), SimulatorOptions.number(row.loop.states()[2]),
                    SimulatorOptions.number(row.loop.states()[3]), SimulatorOptions.number(row.loop.rewards()[0]),
                    SimulatorOptions.number(row.loop.correlation())));
            output.out().println(
                    "Errors of states after so many steps, and of the first reward, in standard deviations of the"
                            + " data; rank correlation of uncertainty and error:");
            output.out().print(table);
            rows.forEach(this::printAgreement);
            output.out().flush();
        }
        List<Map<String, Object>> results = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("model", row.model);
            result.put("data", row.data);
            result.put("horizons", row.loop.horizons());
            result.put("states", finite(row.loop.states()));
            result.put("rewards", finite(row.loop.rewards()));
            result.put("diverged", row.loop.diverged());
            if (row.agreement != null) {
                result.put("spread", finite(row.agreement.medianSpread())[0]);
                result.put("outside", row.agreement.outside());
            }
            result.put("correlation", finite(row.loop.correlation())[0]);
            results.add(result);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("results", results);
        result.put("run", RlRecord.of("rl fuse", output.arguments(), seed, Map.of("segments", segments),
                simulator.inputs()));
        output.writeJson(result);
    }

    private void printAgreement(Row row) {
        if (row.agreement != null) {
            output.out().printf("On %s the experts' own next states are %s standard deviations apart (median).%n",
                    row.data,
                    SimulatorOptions.number(row.agreement.medianSpread()));
            row.agreement.notes().forEach(note -> output.out().println("On " + row.data + " " + note + "."));
        }
    }

    /** JSON has no number for NaN: null instead. */
    private static Double[] finite(double... values) {
        return Arrays.stream(values).boxed().map(value -> Double.isFinite(value) ? value : null)
                .toArray(Double[]::new);
    }
}
