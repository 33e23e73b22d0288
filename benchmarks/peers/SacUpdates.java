import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

import com.sun.management.OperatingSystemMXBean;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.replay.ReplayBuffer;
import org.emfuse.rl.sac.Sac;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.torch.TorchScope;

/** Answers each request line, a number of updates of soft actor-critic, with the milliseconds of one. */
public class SacUpdates {

    static final int STORED = 100_000;
    static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    public static void main(String[] args) throws IOException {
        RandomStream random = RandomStream.of(0, "benchmark");
        ReplayBuffer buffer = new ReplayBuffer(STORED, 11, 3);
        for (int i = 0; i < STORED; i++) {
            buffer.add(normal(random, 11), normal(random, 3), random.gaussian(), normal(random, 11),
                    random.nextDouble() < 0.01);
        }
        Sac sac = new Sac(SacConfig.online(), 11, new double[]{1, 1, 1}, 0);
        openblas.blas_set_num_threads(Integer.parseInt(args[0]));
        torch.set_num_threads(Integer.parseInt(args[1]));
        System.out.println("ready products " + openblas.blas_get_num_threads() + " rest " + torch.get_num_threads());
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            int updates = Integer.parseInt(line);
            long cpu = SYSTEM.getProcessCpuTime();
            long start = System.nanoTime();
            for (int i = 0; i < updates; i++) {
                try (TorchScope _ = new TorchScope()) {
                    sac.update(buffer.sample(256, random));
                }
            }
            double wall = (System.nanoTime() - start) / 1e6 / updates;
            System.out.println(wall + " " + (SYSTEM.getProcessCpuTime() - cpu) / 1e6 / updates);
        }
    }

    private static double[] normal(RandomStream random, int n) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = Math.tanh(random.gaussian());
        }
        return values;
    }
}
