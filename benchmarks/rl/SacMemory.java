import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.emfuse.rl.bench.SacUpdates;
import org.emfuse.rl.bench.UpdateShapes;

/** Resident memory over many updates of soft actor-critic: one line every thousand, then the growth after the first tenth. */
public class SacMemory {

    public static void main(String[] args) throws IOException {
        int updates = args.length > 0 ? Integer.parseInt(args[0]) : 20_000;
        long afterTenth = 0;
        long last = 0;
        try (SacUpdates learner = new SacUpdates(UpdateShapes.standard(), 0)) {
            for (int done = 1000; done <= updates; done += 1000) {
                learner.time(0, 1000);
                last = residentKiB();
                System.out.println(done + " updates: " + last / 1024 + " MiB");
                afterTenth = done <= updates / 10 ? last : afterTenth;
            }
        }
        System.out.printf("growth after the first tenth: %.2f %%%n", 100.0 * (last - afterTenth) / afterTenth);
    }

    private static long residentKiB() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS"))
                .map(line -> line.replaceAll("\\D", "")).mapToLong(Long::parseLong).findFirst().orElseThrow();
    }
}
