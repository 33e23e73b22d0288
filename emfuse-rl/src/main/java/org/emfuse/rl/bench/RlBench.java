package org.emfuse.rl.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.emfuse.rl.env.Environments;
import org.emfuse.rl.torch.Torch;
import org.emfuse.rl.torch.TorchThreads;

/**
 * The speed of learning on this machine: what {@code emfuse rl bench} reports.
 *
 * @param sacUpdate durations of one update of soft actor-critic, sampling from replay included
 * @param stepRates environment steps per second, by id of every embedded environment
 * @param shapes of the update
 * @param settings with which it was measured
 * @param threads effective during the updates: {@code "products 2, rest 1"}
 */
public record RlBench(UpdateTimes sacUpdate, Map<String, StepRate> stepRates, UpdateShapes shapes, Settings settings,
        String threads) {

    private static final String FIRST = "Pendulum-v1";

    /**
     * How much is measured.
     *
     * @param warmUp updates before the clock starts
     * @param updates that are timed, >= 1
     * @param steps of each environment that are timed, >= 1
     * @param together environments in a vectorised step, >= 1
     * @param seed of everything random
     */
    public record Settings(int warmUp, int updates, int steps, int together, long seed) {

        /** Checks the ranges. */
        public Settings {
            if (warmUp < 0 || updates < 1 || steps < 1 || together < 1) {
                throw new IllegalArgumentException("a benchmark needs a warm-up >= 0 and at least one update, step and"
                        + " environment, found " + warmUp + ", " + updates + ", " + steps + " and " + together);
            }
        }

        /** Half a minute or less on two cores. */
        public static Settings standard() {
            return new Settings(300, 1000, 200_000, 16, 0);
        }
    }

    /** Copies the map, in its order. */
    public RlBench {
        stepRates = Collections.unmodifiableMap(new LinkedHashMap<>(stepRates));
    }

    /**
     * Measures.
     *
     * @param progress hears what is measured next
     * @throws IllegalStateException if a model runs in this process at the same time
     */
    public static RlBench run(UpdateShapes shapes, Settings settings, Consumer<String> progress) {
        Map<String, StepRate> rates = new LinkedHashMap<>();
        for (String id : Environments.ids()) {
            progress.accept("steps of " + id);
            rates.put(id, new EnvSteps(id, settings.seed).rate(settings.steps, settings.together));
        }
        progress.accept("updates of soft actor-critic");
        try (TorchThreads _ = TorchThreads.one(); SacUpdates updates = new SacUpdates(shapes, settings.seed)) {
            UpdateTimes times = updates.time(settings.warmUp, settings.updates);
            return new RlBench(times, rates, shapes, settings, TorchThreads.effective());
        }
    }

    /**
     * As a JSON object. {@code sac_update_ms} is the median, {@code env_steps_per_s} the rate of one Pendulum-v1; the rates of
     * all environments are under {@code env_steps_per_s_by_environment}.
     */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sac_update_ms", sacUpdate.median());
        json.put("sac_update_ms_quantiles", map("0.05", sacUpdate.low(), "0.5", sacUpdate.median(), "0.95",
                sacUpdate.high()));
        json.put("sac_updates_per_s", 1000 / sacUpdate.median());
        json.put("env_steps_per_s", rateOf(FIRST).single());
        Map<String, Object> rates = new LinkedHashMap<>();
        stepRates.forEach(
                (id, rate) -> rates.put(id, map("single", rate.single(), "vectorised", rate.vectorised())));
        json.put("env_steps_per_s_by_environment", rates);
        json.put("shapes", map("observations", shapes.observations(), "actions", shapes.actions(), "hidden",
                shapes.hidden(), "batch", shapes.batch(), "stored", shapes.stored(), "environment", FIRST,
                "vectorised_environments", settings.together));
        json.put("settings", map("warm_up", settings.warmUp, "updates", settings.updates, "steps", settings.steps,
                "seed", settings.seed));
        json.put("threads", threads);
        json.put("processors", Runtime.getRuntime().availableProcessors());
        json.put("versions", map("java", Runtime.version().toString(), "libtorch", Torch.version(), "os",
                System.getProperty("os.name") + " " + System.getProperty("os.arch")));
        return json;
    }

    private StepRate rateOf(String id) {
        StepRate rate = stepRates.get(id);
        if (rate == null) {
            throw new IllegalStateException("the steps of " + id + " were not measured");
        }
        return rate;
    }

    private static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
