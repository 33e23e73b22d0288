import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Dynamics;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.experiment.ExperimentFolder;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.torch.TorchWorkers;

/**
 * Model steps per second of the simulator that a method's policy learned in, with whole histories from the logs, and the most
 * memory that the process took. A line of JSON.
 *
 * <p>Arguments: the folder of an experiment, environment, seed, method, threads, then sizes of batches.
 */
public class SimulatorCost {

    private static final int CALLS = 20;

    public static void main(String[] args) throws IOException {
        ExperimentFolder folder = ExperimentFolder.read(Path.of(args[0]));
        String env = args[1];
        long seed = Long.parseLong(args[2]);
        Transitions data = Transitions.concat(folder.domains(env, seed));
        StringBuilder rates = new StringBuilder();
        try (TorchThreads _ = TorchThreads.independent();
                TorchWorkers workers = new TorchWorkers(Integer.parseInt(args[4]));
                Dynamics dynamics = folder.simulator(env, seed, args[3], new LangevinSampler(workers))) {
            for (String size : List.of(args).subList(5, args.length)) {
                rates.append(String.format(Locale.ROOT, ", \"steps_per_s_%s\": %.1f", size,
                        rate(dynamics, data, Integer.parseInt(size))));
            }
        }
        System.out.printf("{\"method\": \"%s\", \"threads\": %s%s, \"peak_resident_mib\": %d}%n", args[3], args[4], rates,
                peakKiB() / 1024);
    }

    /** Of the median call. */
    private static double rate(Dynamics dynamics, Transitions data, int size) {
        RandomStream random = RandomStream.of(1, "histories");
        Histories histories = new Histories(size, dynamics.longestSlice(), data.observationSize(), data.actionSize());
        int[] remaining = data.remaining();
        for (int i = 0; i < size; i++) {
            int from;
            do {
                from = random.nextInt(data.size());
            } while (remaining[from] < dynamics.longestSlice());
            for (int j = from; j < from + dynamics.longestSlice(); j++) {
                histories.push(i, row(data.observations(), j, data.observationSize()),
                        row(data.actions(), j, data.actionSize()));
            }
        }
        int[] all = IntStream.range(0, size).toArray();
        double[] seconds = new double[CALLS];
        for (int call = -CALLS / 4; call < CALLS; call++) {
            long start = System.nanoTime();
            dynamics.predict(histories, all, random);
            if (call >= 0) {
                seconds[call] = (System.nanoTime() - start) / 1e9;
            }
        }
        Arrays.sort(seconds);
        return size / seconds[CALLS / 2];
    }

    private static double[] row(float[] rows, int row, int width) {
        return IntStream.range(0, width).mapToDouble(j -> rows[row * width + j]).toArray();
    }

    private static long peakKiB() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmHWM"))
                .map(line -> line.replaceAll("\\D", "")).mapToLong(Long::parseLong).findFirst().orElseThrow();
    }
}
