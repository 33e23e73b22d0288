package org.emfuse.rl.train;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.emfuse.record.RunRecord;
import org.emfuse.record.WholeFile;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.torch.Torch;
import org.emfuse.rl.torch.TorchThreads;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a finished run came to: {@code result.json} in its folder.
 *
 * @param env the environment's id; empty for a run on logs without one
 * @param algorithm that learned
 * @param seed of everything random
 * @param steps taken
 * @param returns undiscounted return of each episode of the final evaluation; empty without an environment
 * @param mean of the returns; null without an environment
 * @param score the mean, normalised so that 0 is random and 100 the reference; null without an environment
 * @param errors of a transition model on data kept apart, by name; null of a policy
 * @param seconds of training and evaluation in all, over all stops
 * @param run what it came from
 */
public record RunResult(String env, String algorithm, long seed, long steps, List<Double> returns,
        @Nullable Double mean, @Nullable Double score, @Nullable Map<String, Double> errors, double seconds,
        RunRecord run) {

    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_NULL)).build();

    /** Copies the returns. */
    public RunResult {
        returns = List.copyOf(returns);
    }

    /** The record of work that began now. */
    public static RunRecord record(String command, long seed, Map<String, Object> configuration,
            Map<String, String> inputs) {
        return new RunRecord(command, List.of(), seed, configuration, versions(), inputs,
                Runtime.getRuntime().availableProcessors(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    /** The result of a transition model. */
    public static RunResult ofModel(String algorithm, long steps, Map<String, Double> errors, double seconds,
            RunRecord run) {
        return new RunResult("", algorithm, run.seed(), steps, List.of(), null, null, errors, seconds, run);
    }

    /**
     * The result of a policy.
     *
     * @param spec of the environment; null without one
     * @param evaluation in it; null without one
     */
    public static RunResult of(String algorithm, long steps, @Nullable EnvSpec spec,
            Evaluation.@Nullable Result evaluation,
            double seconds, RunRecord run) {
        if (spec == null || evaluation == null) {
            return new RunResult("", algorithm, run.seed(), steps, List.of(), null, null, null, seconds, run);
        }
        return new RunResult(spec.id(), algorithm, run.seed(), steps,
                Arrays.stream(evaluation.returns()).boxed().toList(),
                evaluation.mean(), spec.reference().normalise(evaluation.mean()), null, seconds, run);
    }

    /** Versions of what made the result. */
    public static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        String version = RunResult.class.getPackage().getImplementationVersion();
        versions.put("emfuse", version == null ? "development" : version);
        versions.put("java", Runtime.version().toString());
        versions.put("libtorch", Torch.version());
        versions.put("threads", TorchThreads.effective());
        return versions;
    }

    /** Writes it as JSON, first beside its place. */
    public void write(Path path) {
        WholeFile.write(path, JSON.writeValueAsString(this) + "\n");
    }
}
