package org.emfuse.rl.bench;

import java.util.Arrays;

import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.replay.ReplayBuffer;
import org.emfuse.rl.sac.Sac;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.sac.SacMetrics;
import org.emfuse.rl.torch.TorchScope;

/** Updates of soft actor-critic on made-up transitions, replay sampling included. One thread at a time. */
public final class SacUpdates implements AutoCloseable {

    private final UpdateShapes shapes;
    private final RandomStream random;
    private final ReplayBuffer buffer;
    private final Sac sac;

    /** A learner of these shapes, with a full buffer. */
    public SacUpdates(UpdateShapes shapes, long seed) {
        this.shapes = shapes;
        this.random = RandomStream.of(seed, "bench");
        this.buffer = new ReplayBuffer(shapes.stored(), shapes.observations(), shapes.actions());
        for (int i = 0; i < shapes.stored(); i++) {
            buffer.add(normal(shapes.observations()), squashed(shapes.actions()), random.gaussian(),
                    normal(shapes.observations()), random.nextDouble() < 0.01);
        }
        double[] scale = new double[shapes.actions()];
        Arrays.fill(scale, 1);
        SacConfig config = SacConfig.online().withHidden(shapes.hidden()).withBatch(shapes.batch());
        this.sac = new Sac(config, shapes.observations(), scale, seed);
    }

    private double[] normal(int n) {
        double[] values = new double[n];
        Arrays.setAll(values, _ -> random.gaussian());
        return values;
    }

    private double[] squashed(int n) {
        double[] values = new double[n];
        Arrays.setAll(values, _ -> Math.tanh(random.gaussian()));
        return values;
    }

    /** Samples a batch and updates on it. */
    public SacMetrics update() {
        try (TorchScope _ = new TorchScope()) {
            return sac.update(buffer.sample(shapes.batch(), random));
        }
    }

    /** Times single updates; those of the warm-up are not among them. */
    public UpdateTimes time(int warmUp, int updates) {
        return UpdateTimes.of(warmUp, updates, this::update);
    }

    @Override
    public void close() {
        sac.close();
    }
}
