import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.emfuse.rl.bench.EnergyWork;
import org.emfuse.rl.torch.TorchThreads;

/**
 * Resident memory over much work of transition models: a line every twentieth, then the growth after the first tenth.
 *
 * Arguments: train, full or rollout (training steps of a small model, of a full one, steps of a small fused model), how many.
 */
public class EnergyMemory {

    public static void main(String[] args) throws IOException {
        boolean rollout = args[0].equals("rollout");
        long count = Long.parseLong(args[1]);
        long once = rollout ? EnergyWork.STATES : 1;
        EnergyWork.Form form = args[0].equals("full") ? EnergyWork.Form.usual() : EnergyWork.Form.small();
        long afterTenth = 0;
        long last = 0;
        try (TorchThreads _ = TorchThreads.independent();
                EnergyWork work = rollout ? EnergyWork.rollout(form, 0, 1) : EnergyWork.training(form, 0, 1)) {
            for (int part = 1; part <= 20; part++) {
                for (long done = 0; done < count / 20; done += once) {
                    work.run();
                }
                last = residentKiB();
                System.out.println(count / 20 * part + ": " + last / 1024 + " MiB");
                afterTenth = part <= 2 ? last : afterTenth;
            }
        }
        System.out.printf("growth after the first tenth: %.2f %%%n", 100.0 * (last - afterTenth) / afterTenth);
    }

    private static long residentKiB() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS"))
                .map(line -> line.replaceAll("\\D", "")).mapToLong(Long::parseLong).findFirst().orElseThrow();
    }
}
