package org.emfuse.rl.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.Inspection;
import org.emfuse.rl.data.InspectionConfig;
import org.emfuse.rl.data.Moments;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.diagnostics.Axis;
import org.emfuse.rl.diagnostics.EnergyPlane;
import org.emfuse.rl.diagnostics.Fan;
import org.emfuse.rl.diagnostics.StatePlane;
import org.emfuse.rl.diagnostics.UncertaintyPlane;
import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.EnergyDynamics;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.PredictionRule;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyModelFile;
import org.emfuse.rl.experiment.Simulators;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.rollout.OpenLoop;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.torch.TorchWorkers;

/**
 * Pictures and errors of the simulators of one environment and seed: each expert, their sum with equal weights and by precision,
 * and a model of all data where there is one.
 *
 * @param pictures by the names of their files, without the ending
 * @param errors of each simulator on each domain
 */
record SimulatorPictures(Map<String, Picture> pictures, List<Errors> errors) {

    static final String FUSED = "fused";
    static final String PRECISION = "fused by precision";
    /** Logged states from which long rollouts begin. */
    static final int SEGMENTS = 25;
    /** Logged states of single steps, of which more are cheap. */
    static final int STEPS = 300;
    private static final int CELLS = 40;
    /** Of the plane of states: each cell is a rollout. */
    private static final int STATE_CELLS = 32;
    private static final int FAN_STEPS = 50;
    private static final int REPETITIONS = 30;
    private static final int DOTS = 600;
    private static final String UNIT = "standard deviations of the data";

    /**
     * Errors of one simulator on one domain's logs.
     *
     * @param step of single steps
     * @param loop of rollouts, at the usual horizons
     */
    record Errors(String domain, String simulator, OpenLoop step, OpenLoop loop) {}

    /**
     * Draws what can be seen.
     *
     * @param domains logs by the domains' names, in the experts' order
     * @param experts files of the domains' models
     * @param more files of further models by name: on all data
     * @param chain that finds predictions
     * @param next which prediction rollouts go on with; fans show random slices, without which nothing in them is random
     * @param seed of the places that are shown
     */
    static SimulatorPictures of(Map<String, Transitions> domains, List<Path> experts, Map<String, Path> more,
            Chain chain, PredictionRule.Next next, long seed) {
        List<EnergyModel> models = new ArrayList<>();
        try (TorchThreads _ = TorchThreads.independent();
                TorchWorkers workers = new TorchWorkers(Runtime.getRuntime().availableProcessors())) {
            experts.forEach(file -> models.add(EnergyModelFile.read(file)));
            FusedTransitionEnergy fused = new FusedTransitionEnergy(ExpertWeights.uniform(models.size()), models);
            Map<String, TransitionEnergy> energies = new LinkedHashMap<>();
            for (int i = 0; i < models.size(); i++) {
                energies.put(List.copyOf(domains.keySet()).get(i), models.get(i));
            }
            energies.put(FUSED, fused);
            more.forEach((name, file) -> {
                EnergyModel model = EnergyModelFile.read(file);
                models.add(model);
                energies.put(name, model);
            });
            return new Drawn(domains, fused, energies, chain, next, new LangevinSampler(workers), seed).all();
        } finally {
            models.forEach(EnergyModel::close);
        }
    }

    /** What all pictures are drawn from. */
    private static final class Drawn {

        private final Map<String, Transitions> domains;
        private final FusedTransitionEnergy fused;
        /** As policies learn in them. */
        private final Map<String, EnergyDynamics> simulators;
        /** The same, going on with random slices. */
        private final Map<String, EnergyDynamics> slicing;
        private final Chain chain;
        private final LangevinSampler sampler;
        private final long seed;
        private final Transitions all;
        private final double[] unit;
        private final Map<String, Picture> pictures = new LinkedHashMap<>();

        Drawn(Map<String, Transitions> domains, FusedTransitionEnergy fused, Map<String, TransitionEnergy> energies,
                Chain chain, PredictionRule.Next next, LangevinSampler sampler, long seed) {
            this.domains = domains;
            this.fused = fused;
            this.chain = chain;
            this.sampler = sampler;
            this.seed = seed;
            this.all = Transitions.concat(List.copyOf(domains.values()));
            this.unit = Moments.of(all.observations(), all.observationSize()).units();
            PredictionRule rule = PredictionRule.of(chain, unit);
            this.simulators = simulators(energies, rule.withNext(next));
            this.slicing = simulators(energies, rule.withNext(PredictionRule.Next.RANDOM_SLICE));
        }

        /** The models are closed by whoever read them. */
        private Map<String, EnergyDynamics> simulators(Map<String, TransitionEnergy> energies, PredictionRule rule) {
            Map<String, EnergyDynamics> made = new LinkedHashMap<>();
            energies.forEach((name, energy) -> made.put(name, new EnergyDynamics(energy, rule, sampler)));
            made.put(PRECISION, Simulators.fused(fused.experts(), List.copyOf(domains.values()), rule,
                    PredictionRule.Weights.PRECISION, sampler));
            return made;
        }

        SimulatorPictures all() {
            List<Errors> errors = errors();
            domains.forEach(this::fan);
            domains.forEach(this::landscape);
            uncertainty();
            against(FUSED, "uncertainty-error", errors);
            against(PRECISION, "uncertainty-error-precision", errors);
            coverage();
            return new SimulatorPictures(pictures, errors);
        }

        private void against(String simulator, String file, List<Errors> errors) {
            List<UncertaintyError.Group> groups = errors.stream().filter(row -> row.simulator.equals(simulator))
                    .filter(row -> row.step.errors().length > 0).map(row -> new UncertaintyError.Group(row.domain,
                            row.step.uncertainties(), row.step.errors()))
                    .toList();
            if (!groups.isEmpty()) {
                pictures.put(file, new UncertaintyError(simulator, UNIT, groups));
            }
        }

        private List<Errors> errors() {
            double rewardUnit = Moments.of(all.rewards(), 1).units()[0];
            List<Errors> errors = new ArrayList<>();
            domains.forEach((domain,
                    data) -> simulators.forEach((name, simulator) -> errors.add(new Errors(domain, name,
                            OpenLoop.of(simulator, data, STEPS, List.of(1), unit, rewardUnit,
                                    RandomStream.of(seed, "steps")),
                            OpenLoop.of(simulator, data, SEGMENTS, OpenLoop.HORIZONS, unit, rewardUnit,
                                    RandomStream.of(seed, "rollouts"))))));
            return errors;
        }

        private void fan(String domain, Transitions data) {
            int before = simulators.values().stream().mapToInt(EnergyDynamics::longestSlice).max().orElseThrow() - 1;
            int[] position = data.positions();
            int[] remaining = data.remaining();
            int steps = IntStream.range(0, data.size()).filter(i -> position[i] >= before)
                    .map(i -> Math.min(remaining[i], FAN_STEPS)).max().orElse(0);
            if (steps == 0) {
                return;
            }
            // Where an episode begins more happens than later.
            int[] rows = IntStream.range(0, data.size()).filter(i -> position[i] == before && remaining[i] >= steps)
                    .toArray();
            if (rows.length == 0) {
                rows = IntStream.range(0, data.size()).filter(i -> position[i] >= before && remaining[i] >= steps)
                        .toArray();
            }
            int row = rows[RandomStream.of(seed, "fan " + domain).nextInt(rows.length)];
            Map<String, Fan> fans = new LinkedHashMap<>();
            slicing.forEach((name, simulator) -> fans.put(name,
                    Fan.of(simulator, data, row, steps, REPETITIONS, RandomStream.of(seed, "slices"))));
            double[] truth = new double[steps + 1];
            for (int i = 0; i < steps; i++) {
                truth[i] = data.observation(row + i)[0];
            }
            truth[steps] = data.nextObservations()[(row + steps - 1) * data.observationSize()];
            Quantity quantity = fused.space().observations().getFirst();
            pictures.put("fan-" + domain,
                    new RolloutFan("Rollouts from a state that " + domain + " logged, under its actions",
                            new Axis(quantity.name(), quantity.unit(), 0, 1, 1).label(), 0, truth, fans));
        }

        /** The last two coordinates: velocities, which actions change at once. */
        private void landscape(String domain, Transitions data) {
            int d = data.observationSize();
            if (d < 2) {
                return;
            }
            int row = RandomStream.of(seed, "landscape " + domain).nextInt(data.size());
            pictures.put("landscape-" + domain, new LandscapePlane("Energies after a step that " + domain + " logged",
                    EnergyPlane.of(fused, FUSED, data, row, d - 2, d - 1, CELLS, chain, sampler)));
        }

        private void uncertainty() {
            if (all.observationSize() < 2) {
                return;
            }
            StatePlane plane = StatePlane.of(fused.space(), all);
            Axis x = plane.x(STATE_CELLS);
            Axis y = plane.y(STATE_CELLS);
            List<UncertaintyMap.Map> maps = new ArrayList<>();
            simulators.forEach((name, simulator) -> maps.add(new UncertaintyMap.Map(name,
                    UncertaintyPlane.of(simulator, plane, x, y, RandomStream.of(seed, "uncertainty")),
                    points(plane, domains.getOrDefault(name, all)))));
            pictures.put("uncertainty", new UncertaintyMap("Uncertainty of rollouts that begin at each state", UNIT,
                    maps));
        }

        private void coverage() {
            if (all.observationSize() < 2) {
                return;
            }
            StatePlane plane = StatePlane.of(fused.space(), all);
            List<CoverageMap.Domain> places = new ArrayList<>();
            domains.forEach((name, data) -> places.add(new CoverageMap.Domain(name, points(plane, data))));
            pictures.put("coverage", new CoverageMap("Logged states of each domain", plane.x(1), plane.y(1), places,
                    Inspection.of(domains, InspectionConfig.DEFAULT).coverage()));
        }

        private static double[][] points(StatePlane plane, Transitions data) {
            int count = Math.min(DOTS, data.size());
            return IntStream.range(0, count)
                    .mapToObj(k -> plane.point(data.observation((int) ((long) k * data.size() / count))))
                    .toArray(double[][]::new);
        }
    }
}
