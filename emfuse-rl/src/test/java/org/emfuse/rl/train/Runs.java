package org.emfuse.rl.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.offline.OfflineAlgorithm;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.sac.SacConfig;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.TorchScope;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Small runs, and whether two of them came to the same. */
final class Runs {

    /** Never in time: a run checkpoints only where it stops. */
    static final double SELDOM = 1e6;

    private Runs() {}

    /** A pendulum run over a little more than one episode. */
    static OnlineConfig online(long steps) {
        SacConfig sac = SacConfig.online().withHidden(List.of(16, 16)).withBatch(16);
        return new OnlineConfig("Pendulum-v1", sac, steps, 40, 180, 130, 2, 3, 5);
    }

    static OfflineConfig offline(OfflineAlgorithm algorithm, String env, long steps) {
        return new OfflineConfig(algorithm, env, "hash-of-the-data", List.of(), steps, 16, List.of(16, 16), 0.99, 100,
                2, 3,
                5);
    }

    /** Random transitions of the pendulum's shape, in episodes of 50. */
    static Transitions data() {
        int n = 300;
        RandomStream random = RandomStream.of(1, "data");
        boolean[] timeouts = new boolean[n];
        for (int i = 49; i < n; i += 50) {
            timeouts[i] = true;
        }
        return new Transitions(3, 1, draw(random, 3 * n), draw(random, n), draw(random, n), draw(random, 3 * n),
                new boolean[n], timeouts);
    }

    private static float[] draw(RandomStream random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.uniform(-1, 1);
        }
        return values;
    }

    /** Trains an online run, stops it where told, and goes on in a new one; ends with the result. */
    static void trainOnline(Path folder, OnlineConfig config, List<Long> stops) {
        for (long stop : stops) {
            try (OnlineRun run = OnlineRun.open(folder, config, true, SELDOM)) {
                assertThat(run.train(() -> run.training().steps() == stop, progress -> {})).isFalse();
            }
        }
        try (OnlineRun run = OnlineRun.open(folder, config, true, SELDOM)) {
            assertThat(run.train(() -> false, progress -> {})).isTrue();
            run.finish();
        }
    }

    /** The same for learning from data. */
    static void trainOffline(Path folder, OfflineConfig config, List<Long> stops) {
        for (long stop : stops) {
            try (OfflineRun run = OfflineRun.open(folder, config, data(), true, SELDOM)) {
                assertThat(run.train(() -> run.training().steps() == stop, progress -> {})).isFalse();
            }
        }
        try (OfflineRun run = OfflineRun.open(folder, config, data(), true, SELDOM)) {
            assertThat(run.train(() -> false, progress -> {})).isTrue();
            run.finish();
        }
    }

    /** Checkpoints and results agree bit for bit, up to how long they took; metrics and policies byte for byte. */
    static void assertSame(Path found, Path expected) throws IOException {
        assertSameTensors(found.resolve("checkpoint.safetensors"), expected.resolve("checkpoint.safetensors"));
        for (String name : List.of("metrics.jsonl", "policy.safetensors")) {
            assertThat(found.resolve(name)).hasSameBinaryContentAs(expected.resolve(name));
        }
        assertThat(result(found)).isEqualTo(result(expected));
        try (var files = Files.list(found)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("checkpoint.safetensors", "events.out.tfevents.emfuse", "metrics.jsonl",
                            "policy.safetensors", "result.json");
        }
        assertThat(Files.size(found.resolve("events.out.tfevents.emfuse")))
                .isEqualTo(Files.size(expected.resolve("events.out.tfevents.emfuse")));
    }

    private static void assertSameTensors(Path found, Path expected) {
        SafetensorsFile a = SafetensorsFile.open(found);
        SafetensorsFile b = SafetensorsFile.open(expected);
        assertThat(a.names()).isEqualTo(b.names());
        try (TorchScope _ = new TorchScope()) {
            for (String name : a.names()) {
                assertThat(a.tensor(name).sameAs(b.tensor(name))).as(name).isTrue();
            }
        }
    }

    static JsonNode result(Path folder) {
        ObjectNode result = (ObjectNode) JsonMapper.shared().readTree(folder.resolve("result.json").toFile());
        result.remove("seconds");
        ((ObjectNode) result.get("run")).remove("started");
        return result;
    }
}
