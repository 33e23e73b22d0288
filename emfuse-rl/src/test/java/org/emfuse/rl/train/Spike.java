package org.emfuse.rl.train;
import org.emfuse.rl.policy.*;
import org.emfuse.rl.torch.*;
final class Spike {
    public static void main(String[] a) {
        OnlineConfig c = OnlineConfig.of(a[0], Long.parseLong(a[1]), Long.parseLong(a[2]));
        if (a.length > 3)
            c = new OnlineConfig(c.env(), c.sac().withGamma(Double.parseDouble(a[3])), c.steps(), c.randomSteps(),
                    c.replay(), c.evaluateEvery(), c.evaluationEpisodes(), c.finalEpisodes(), c.seed());
        try (TorchThreads _ = TorchThreads.independent(); OnlineTraining run = new OnlineTraining(c)) {
            long t0 = System.nanoTime();
            while (!run.done()) {
                var p = run.step();
                if (p.steps() % c.evaluateEvery() == 0) {
                    double m = java.util.Arrays.stream(Evaluation.run(run.policy(), c.env(), 20, 1000).returns())
                            .average().orElse(0);
                    System.out.printf("%s seed %d step %d %.0f s: %.1f (random %.1f ref %.1f) alpha %.4f%n", c.env(),
                            c.seed(), p.steps(), (System.nanoTime() - t0) / 1e9, m, run.spec().reference().random(),
                            run.spec().reference().reference(), p.metrics() == null ? 0 : p.metrics().temperature());
                }
            }
        }
    }
}
