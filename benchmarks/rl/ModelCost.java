import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.etm.EnergyArchitecture;
import org.emfuse.rl.etm.EnergyConfig;
import org.emfuse.rl.etm.EnergyTraining;
import org.emfuse.rl.etm.ModelTraining;
import org.emfuse.rl.etm.PredictionError;
import org.emfuse.rl.experiment.Budget;
import org.emfuse.rl.policy.PolicySpace;
import org.emfuse.rl.torch.TorchThreads;

/**
 * How the hold-out error of one action of a domain's model falls with updates and with seconds of training, measurements left
 * out. A line of JSON per measurement.
 *
 * <p>Arguments: a log (HDF5), a budget, {@code adetm} or {@code etm}, seed, threads, updates between measurements. The rate stays
 * as it begins, as published: with one that falls to 0 at a last update chosen beforehand, an error in between says nothing.
 */
public class ModelCost {

    public static void main(String[] args) {
        Transitions data = D4rlFile.read(Path.of(args[0])).transitions();
        Budget budget = Budget.of(args[1]);
        EnergyArchitecture kind = args[2].equals("adetm") ? EnergyArchitecture.adetm(budget.longest())
                : EnergyArchitecture.etm();
        EnergyConfig config = budget.plain(kind, Long.parseLong(args[3]), "a log")
                .withEvaluation(Long.parseLong(args[5]), Integer.MAX_VALUE, 500);
        double[] largest = new double[data.actionSize()];
        Arrays.fill(largest, 1);
        TransitionSpace space = TransitionSpace.of(PolicySpace.unnamed(data.observationSize(), largest));
        double seconds = 0;
        try (TorchThreads _ = TorchThreads.independent();
                EnergyTraining training = new EnergyTraining(args[2], config, space, data, Integer.parseInt(args[4]))) {
            while (!training.done()) {
                long start = System.nanoTime();
                ModelTraining.Progress step = training.step();
                PredictionError error = step.error();
                if (error == null) {
                    seconds += (System.nanoTime() - start) / 1e9;
                } else {
                    System.out.printf(Locale.ROOT, "{\"model\": \"%s\", \"update\": %d, \"seconds\": %.2f, \"error\": %.5f}%n",
                            args[2], step.steps(), seconds, Arrays.stream(error.normalised()[0]).average().orElseThrow());
                }
            }
        }
    }
}
