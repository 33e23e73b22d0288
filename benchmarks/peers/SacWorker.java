import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

import com.sun.management.OperatingSystemMXBean;
import org.emfuse.rl.bench.SacUpdates;
import org.emfuse.rl.bench.UpdateShapes;
import org.emfuse.rl.torch.Torch;
import org.emfuse.rl.torch.TorchThreads;

/**
 * Answers each request line, a number of updates of soft actor-critic, with the milliseconds of one and those of its
 * processor time. Arguments: threads of matrix products, threads of the rest.
 */
public class SacWorker {

    public static void main(String[] args) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        TorchThreads.Counts counts = new TorchThreads.Counts(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        try (TorchThreads _ = TorchThreads.one(counts);
                SacUpdates learner = new SacUpdates(UpdateShapes.standard(), 0)) {
            System.out.println("ready libtorch " + Torch.version() + " threads " + TorchThreads.effective());
            BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                int updates = Integer.parseInt(line);
                long cpu = system.getProcessCpuTime();
                long start = System.nanoTime();
                for (int i = 0; i < updates; i++) {
                    learner.update();
                }
                double wall = (System.nanoTime() - start) / 1e6 / updates;
                System.out.println(wall + " " + (system.getProcessCpuTime() - cpu) / 1e6 / updates);
            }
        }
    }
}
