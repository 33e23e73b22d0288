package org.emfuse.llm.experts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.emfuse.llm.EvaluationPlan;
import org.emfuse.llm.EvaluationPlan.Order;
import org.emfuse.llm.llama.Trust;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.emfuse.record.Sha256;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How experts share this machine's processor: measured once per processor, engine, models and number of experts, and
 * remembered in the cache.
 */
public final class Calibration {

    /** A plan that is slower than the fastest by less than this share is as good: the usual one is preferred. */
    static final double TOLERANCE = 0.05;

    private static final int FEWER_THREADS = 2;
    private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES).build();

    private final Path folder;
    private final FileHashes hashes;
    private final int cores;
    private final Consumer<String> notices;

    /**
     * Calibrations of a cache.
     *
     * @param cores native threads at most
     * @param notices receives a line when something is measured
     */
    public Calibration(CacheFolder cache, FileHashes hashes, int cores, Consumer<String> notices) {
        this.notices = notices;
        this.folder = cache.calibrations();
        this.hashes = hashes;
        this.cores = cores;
    }

    /**
     * How long a decoding step took.
     *
     * @param plan that was followed
     * @param milliseconds of the median step
     */
    public record Timing(EvaluationPlan plan, double milliseconds) {}

    /**
     * What was measured, and what follows.
     *
     * @param engine that evaluated
     * @param models their file names
     * @param experts how many
     * @param cores of the machine
     * @param plan the chosen one
     * @param timings of all plans that were tried, the usual one first
     */
    public record Result(String engine, List<String> models, int experts, int cores, EvaluationPlan plan,
            List<Timing> timings) {}

    /**
     * The plan for a set of experts: the remembered one, else a measured one. On a machine that is busy with other work only
     * plans of one thread per expert are tried, and nothing is remembered.
     */
    public EvaluationPlan planOf(ExpertSet set) {
        Path file = folder.resolve(key(set) + ".json");
        Optional<Result> remembered = read(file);
        if (remembered.isPresent()) {
            return remembered.get().plan();
        }
        int experts = set.experts().size();
        notices.accept("measuring how " + (experts == 1 ? "the expert uses" : "the experts share")
                + " the processors of this machine, once");
        boolean busy = cores > 1 && Simultaneity.share(cores) < Simultaneity.ENOUGH;
        List<EvaluationPlan> plans = plans(experts, cores, set.concurrent()).stream()
                .filter(plan -> !busy || plan.threadsEach(experts) == 1).toList();
        List<Timing> timings = StepTiming.measure(set, plans);
        Result result = new Result(set.engine().version(),
                set.models().stream().map(model -> model.getFileName().toString()).toList(), experts, cores,
                choose(timings), timings);
        if (busy) {
            notices.accept("the processors are busy with other work; it will be measured again next time");
        } else {
            write(file, result);
        }
        return result.plan();
    }

    /** All remembered results of this cache, in no particular order. */
    public List<Result> results() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().map(Calibration::read)
                    .flatMap(Optional::stream).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " could not be read", e);
        }
    }

    /**
     * The plans worth trying, the usual one first. Never more native threads than cores, but for more experts than cores
     * with one thread each.
     */
    static List<EvaluationPlan> plans(int experts, int cores, boolean concurrent) {
        List<EvaluationPlan> plans = new ArrayList<>();
        if (concurrent && experts > 1) {
            plans.add(new EvaluationPlan(Order.AT_ONCE, cores));
            // Half of the cores are faster where each core shows up as two processors.
            if (cores / 2 >= experts) {
                plans.add(new EvaluationPlan(Order.AT_ONCE, cores / 2));
            }
        }
        int threads = cores;
        for (int k = 0; k <= FEWER_THREADS && threads >= 1; k++, threads /= 2) {
            plans.add(new EvaluationPlan(Order.IN_TURN, threads));
        }
        return plans;
    }

    /** The first plan that is about as fast as the fastest. */
    static EvaluationPlan choose(List<Timing> timings) {
        double fastest = timings.stream().min(Comparator.comparingDouble(Timing::milliseconds)).orElseThrow()
                .milliseconds();
        return timings.stream().filter(timing -> timing.milliseconds() <= fastest * (1 + TOLERANCE)).findFirst()
                .orElseThrow().plan();
    }

    private String key(ExpertSet set) {
        StringBuilder text = new StringBuilder(Trust.processor()).append('\n').append(cores).append('\n')
                .append(hashes.of(set.engine().path())).append('\n').append(set.experts().size());
        set.models().forEach(model -> text.append('\n').append(hashes.of(model)));
        return Sha256.of(text.toString());
    }

    private static Optional<Result> read(Path file) {
        try {
            return Files.isRegularFile(file)
                    ? Optional.ofNullable(JSON.readValue(Files.readString(file), Result.class))
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty(); // a damaged file is measured anew
        }
    }

    private void write(Path file, Result result) {
        try {
            CacheFolder.write(file, JSON.writeValueAsString(result) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the cache folder " + folder + " could not be written", e);
        }
    }
}
