import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

import com.sun.management.OperatingSystemMXBean;
import org.emfuse.rl.bench.EnergyWork;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Torch;
import org.emfuse.rl.torch.TorchThreads;

/**
 * Answers each request line, a number of repetitions, with the milliseconds of one and those of its processor time.
 * Arguments: the mode (train, predict, rollout), the form (published, usual, single), the number of workers.
 */
public class EnergyWorker {

    public static void main(String[] args) throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        EnergyWork.Form usual = EnergyWork.Form.usual();
        EnergyWork.Form form = switch (args[1]) {
            case "published" -> EnergyWork.Form.published();
            case "usual" -> usual;
            case "single" -> new EnergyWork.Form(usual.negatives(), usual.prediction(), DType.FLOAT32, usual.shape());
            default -> throw new IllegalArgumentException("unknown form " + args[1]);
        };
        int threads = Integer.parseInt(args[2]);
        try (TorchThreads _ = TorchThreads.independent(); EnergyWork work = switch (args[0]) {
            case "train" -> EnergyWork.training(form, 0, threads);
            case "predict" -> EnergyWork.prediction(form, 0, threads);
            case "rollout" -> EnergyWork.rollout(form, 0, threads);
            default -> throw new IllegalArgumentException("unknown mode " + args[0]);
        }) {
            System.out.println("ready libtorch " + Torch.version() + " workers " + threads + " " + form);
            BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                int repetitions = Integer.parseInt(line);
                long cpu = system.getProcessCpuTime();
                long start = System.nanoTime();
                for (int i = 0; i < repetitions; i++) {
                    work.run();
                }
                double wall = (System.nanoTime() - start) / 1e6 / repetitions;
                System.out.println(wall + " " + (system.getProcessCpuTime() - cpu) / 1e6 / repetitions);
            }
        }
    }
}
