package org.emfuse.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.FusedRow;
import org.emfuse.fusion.FusedStep;
import org.emfuse.fusion.Mixture;
import org.emfuse.fusion.RuleState;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one token costs beside the models: logits in native memory to energies, and three rows fused by each rule. run.sh
 * runs it with the plain and the vector kernel and prints the ratios.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-XX:+UseSerialGC", "-Xmx512m"})
public class FusionBenchmark {

    /** Outcomes: the vocabularies of SmolLM2 and of Qwen2. */
    @Param({"49152", "151936"})
    public int outcomes;

    private final ExpertWeights weights = ExpertWeights.uniform(3);
    private MemorySegment logits = MemorySegment.NULL;
    private List<float[]> rows = List.of();
    private float[] out = new float[0];

    /** Makes three experts' rows. */
    @Setup
    public void makeRows() {
        SplittableRandom random = new SplittableRandom(1);
        logits = Arena.global().allocate(4L * outcomes, 64);
        float[][] energies = new float[3][outcomes];
        for (float[] row : energies) {
            for (int v = 0; v < outcomes; v++) {
                logits.setAtIndex(ValueLayout.JAVA_FLOAT, v,
                        (float) (3 * random.nextDouble(-1, 1) + 4 * random.nextDouble(-1, 1)));
            }
            Boltzmann.energies(logits, 1, row);
        }
        rows = List.of(energies);
        out = new float[outcomes];
    }

    /** One expert's row. */
    @Benchmark
    public float[] energies() {
        Boltzmann.energies(logits, 1, out);
        return out;
    }

    /** EMFuse. */
    @Benchmark
    public FusedRow additive() {
        return new Additive().apply(rows, weights, RuleState.START, out);
    }

    /** The arithmetic mixture. */
    @Benchmark
    public FusedRow mixture() {
        return new Mixture().apply(rows, weights, RuleState.START, out);
    }

    /** EMSelect's tournament. */
    @Benchmark
    public FusedRow emselect() {
        return EmSelect.DEFAULT.apply(rows, weights, RuleState.START, out);
    }

    /** The diagnostics of a step. */
    @Benchmark
    public FusedStep diagnostics() {
        return FusedStep.of(rows, weights, -1);
    }
}
