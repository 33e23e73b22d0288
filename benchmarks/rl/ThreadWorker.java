import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.sun.management.OperatingSystemMXBean;
import org.emfuse.rl.bench.SacUpdates;
import org.emfuse.rl.bench.UpdateShapes;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Mlp;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.torch.TorchThreads.Counts;

/**
 * Repeats a piece of work under given thread counts. Answers each request line, a number of repetitions, with the milliseconds
 * of one, of the clock and of processor time; with several models, of one repetition of one of them while all run.
 *
 * <p>Arguments: the work ({@code sac}, or {@code mlp-ROWS-TYPE}: forward and backward through 25→200×4→1), threads of
 * products, threads of the rest, models, each on a Java thread of its own.
 */
public class ThreadWorker {

    public static void main(String[] args) throws IOException, InterruptedException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Counts counts = new Counts(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        int models = Integer.parseInt(args[3]);
        List<Runnable> work = new ArrayList<>();
        for (int i = 0; i < models; i++) {
            work.add(args[0].equals("sac") ? sac(i) : mlp(args[0].split("-"), i));
        }
        System.out.println("ready " + models + " x " + counts);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            int repetitions = Integer.parseInt(line);
            long cpu = system.getProcessCpuTime();
            long start = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (Runnable each : work) {
                threads.add(new Thread(() -> {
                    try (TorchThreads _ = TorchThreads.one(counts)) {
                        for (int i = 0; i < repetitions; i++) {
                            each.run();
                        }
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            double all = 1e6 * repetitions * models;
            System.out.println((System.nanoTime() - start) / all + " " + (system.getProcessCpuTime() - cpu) / all);
        }
    }

    private static Runnable sac(long seed) {
        return new SacUpdates(UpdateShapes.standard(), seed)::update;
    }

    private static Runnable mlp(String[] what, long seed) {
        DType type = DType.valueOf(what[2]);
        int[] sizes = {25, 200, 200, 200, 200, 1};
        Parameters.Builder builder = new Parameters.Builder();
        Mlp.declare(builder, "net", sizes);
        TorchRandom random = new TorchRandom(seed);
        Parameters parameters = builder.build(random);
        Tensor rows = random.normal(Long.parseLong(what[1]), 25).to(type);
        return () -> {
            try (TorchScope _ = new TorchScope()) {
                parameters.gradient(forward(parameters, sizes.length - 1, rows, type));
            }
        };
    }

    /** As {@link Mlp#apply}, with products and activations in the given type; the parameters stay in single precision. */
    private static Tensor forward(Parameters parameters, int layers, Tensor rows, DType type) {
        Tensor h = rows;
        for (int i = 0; i < layers; i++) {
            Tensor out = h.matmul(parameters.get(2 * i).to(type)).add(parameters.get(2 * i + 1).to(type));
            h = i + 1 < layers ? out.relu() : out;
        }
        return h.to(DType.FLOAT32).mean();
    }
}
