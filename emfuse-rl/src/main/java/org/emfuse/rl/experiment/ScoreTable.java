package org.emfuse.rl.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.Statistics;
import org.emfuse.stats.StratifiedBootstrap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scores of an experiment's policies, as far as they are there.
 *
 * @param rows in the order of environments and methods
 */
public record ScoreTable(List<Row> rows) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * One method on one environment.
     *
     * @param env name of the environment
     * @param method its id
     * @param description one line
     * @param seeds whose results are there
     * @param missing seeds whose results are not
     * @param returns mean undiscounted return of each of these seeds
     * @param score interquartile mean over seeds of the normalised score, 0 for random and 100 for the reference; of one seed,
     *            over its episodes
     * @param low end of its 95 % interval by stratified bootstrap
     * @param high end
     */
    public record Row(String env, String method, String description, List<Long> seeds, List<Long> missing,
            List<Double> returns, double score, double low, double high) {}

    /** Copies the rows. */
    public ScoreTable {
        rows = List.copyOf(rows);
    }

    /** Reads what is there; methods without any result are left out. */
    public static ScoreTable of(Experiment experiment) {
        List<Row> rows = new ArrayList<>();
        for (String env : experiment.environments()) {
            for (Method method : experiment.selected(env)) {
                row(experiment, env, method, rows);
            }
        }
        return new ScoreTable(rows);
    }

    private static void row(Experiment experiment, String env, Method method, List<Row> rows) {
        EnvSpec spec = Environments.spec(env);
        List<Long> seeds = new ArrayList<>();
        List<Long> missing = new ArrayList<>();
        List<Double> means = new ArrayList<>();
        List<double[]> returns = new ArrayList<>();
        for (long seed : experiment.seeds()) {
            Path file = experiment.policy(env, seed, method.id()).resolve("result.json");
            if (Files.exists(file)) {
                double[] episodes = returns(file);
                seeds.add(seed);
                returns.add(episodes);
                means.add(Statistics.mean(episodes));
            } else {
                missing.add(seed);
            }
        }
        if (seeds.isEmpty()) {
            return;
        }
        double[] scores = seeds.size() == 1
                ? normalised(spec, returns.getFirst())
                : normalised(spec, means.stream().mapToDouble(Double::doubleValue).toArray());
        Estimate estimate = StratifiedBootstrap.standard(0).estimate(ScoreMatrix.ofTask(env, scores),
                Aggregate.POOLED_IQM);
        rows.add(new Row(env, method.id(), method.description(), seeds, missing, means, estimate.value(),
                estimate.low(), estimate.high()));
    }

    private static double[] normalised(EnvSpec spec, double[] returns) {
        return Arrays.stream(returns).map(spec.reference()::normalise).toArray();
    }

    private static double[] returns(Path file) {
        try {
            JsonNode returns = JSON.readTree(Files.readString(file)).path("returns");
            double[] values = new double[returns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = returns.get(i).doubleValue();
            }
            if (values.length > 0) {
                return values;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the result " + file + " could not be read", e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "the result " + file + " is damaged; remove it, and its cell is done anew",
                    e);
        }
        throw new IllegalArgumentException(
                "the result " + file + " has no returns; remove it, and its cell is done anew");
    }
}
