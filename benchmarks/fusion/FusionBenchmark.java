import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import org.emfuse.energy.Boltzmann;
import org.emfuse.energy.ExpertWeights;
import org.emfuse.fusion.Additive;
import org.emfuse.fusion.EmSelect;
import org.emfuse.fusion.FusedStep;
import org.emfuse.fusion.FusionRule;
import org.emfuse.fusion.Mixture;
import org.emfuse.fusion.RuleState;

/**
 * What one token costs beside the models: median microseconds to turn logits into energies, to fuse three rows by each rule,
 * and to diagnose a step. run.sh runs it with the plain and the vector kernel in turn and prints the ratios.
 */
public final class FusionBenchmark {

    private static double sink;

    private FusionBenchmark() {}

    public static void main(String[] args) {
        for (int size : new int[]{49_152, 151_936}) {
            SplittableRandom random = new SplittableRandom(1);
            float[][] logits = new float[3][size];
            float[][] rows = new float[3][size];
            for (int i = 0; i < 3; i++) {
                for (int v = 0; v < size; v++) {
                    logits[i][v] = (float) (3 * random.nextDouble(-1, 1) + 4 * random.nextDouble(-1, 1));
                }
                Boltzmann.energies(logits[i], 1, rows[i]);
            }
            List<float[]> list = List.of(rows);
            ExpertWeights weights = ExpertWeights.uniform(3);
            float[] out = new float[size];
            report("energies of a row", size, () -> {
                Boltzmann.energies(logits[0], 1, out);
                sink += out[0];
            });
            for (FusionRule rule : List.of(new Additive(), new Mixture(), EmSelect.DEFAULT)) {
                report(rule.name(), size, () -> sink += rule.apply(list, weights, RuleState.START, out).energies()[0]);
            }
            report("diagnostics", size, () -> sink += FusedStep.of(list, weights, -1).logZ());
        }
        if (sink == 42) {
            System.out.println(sink);
        }
    }

    private static void report(String what, int size, Runnable work) {
        for (int k = 0; k < 300; k++) {
            work.run();
        }
        double[] micros = new double[200];
        for (int k = 0; k < micros.length; k++) {
            long start = System.nanoTime();
            work.run();
            micros[k] = (System.nanoTime() - start) / 1e3;
        }
        Arrays.sort(micros);
        System.out.printf("%s\t%s\t%d\t%.1f%n", Boltzmann.kernel(), what, size, micros[micros.length / 2]);
    }
}
