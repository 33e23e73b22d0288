package org.emfuse.rl.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.env.Environments;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies on their way through a file. */
class PolicyFileTest {

    private static final PolicySpace PENDULUM = PolicySpace.of(Environments.spec("Pendulum-v1:mass=1.5"));
    private static final List<Integer> HIDDEN = List.of(8, 5);

    @TempDir
    private Path folder;

    private Path written(PolicySpace space, double firstWeight) {
        Path path = folder.resolve("policy.safetensors");
        try (GaussianActor actor = new GaussianActor(space.observations().size(), space.actionScale(), new int[]{8, 5},
                new TorchRandom(3)); NoGrad _ = new NoGrad()) {
            if (firstWeight != 0) {
                actor.parameters().get(0).fill_(firstWeight);
            }
            PolicyFile.write(path, actor, HIDDEN, space, Map.of("algorithm", "sac"));
        }
        return path;
    }

    private static float[] actions(GaussianActor actor) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            return actor.mode(new TorchRandom(1).normal(20, actor.observationSize())).toFloats();
        }
    }

    @Test
    void policiesComeBackAsTheyWere() {
        for (PolicySpace space : List.of(PENDULUM, PolicySpace.unnamed(4, new double[]{0.5, 3}))) {
            PolicyFile file = PolicyFile.read(written(space, 0));
            try (GaussianActor found = file.actor();
                    GaussianActor expected = new GaussianActor(space.observations().size(), space.actionScale(),
                            new int[]{8, 5}, new TorchRandom(3))) {
                assertThat(actions(found)).isEqualTo(actions(expected));
                assertThat(file.space()).isEqualTo(space);
                assertThat(file.env()).isEqualTo(space.env());
                assertThat(file.metadata()).containsEntry("algorithm", "sac");
            }
        }
    }

    /** The file with one text of its header changed, or taken out. */
    private Path changed(PolicySpace space, String key, String value) {
        Path path = written(space, 0);
        SafetensorsFile file = SafetensorsFile.open(path);
        Map<String, String> texts = new LinkedHashMap<>(file.metadata());
        texts.put(key, value);
        if (value.isEmpty()) {
            texts.remove(key);
        }
        try (TorchScope _ = new TorchScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            file.names().forEach(name -> tensors.put(name, file.tensor(name)));
            SafetensorsFile.write(path, tensors, texts);
        }
        return path;
    }

    private void assertRefused(PolicySpace space, String key, String value, String message) {
        Path path = changed(space, key, value);
        assertThatThrownBy(() -> PolicyFile.read(path)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void foreignHeadersAreRefused() {
        PolicySpace unnamed = PolicySpace.unnamed(2, new double[]{1});
        assertRefused(PENDULUM, "format", "other", "is not a policy");
        assertRefused(PENDULUM, "env", "", "does not say its env");
        assertRefused(PENDULUM, "env", "Pendulum-v9", "unknown environment");
        assertRefused(PENDULUM, "hidden", "[8,\"a\"]", "a list of sizes");
        assertRefused(PENDULUM, "hidden", "[8,-1]", "sizes from 1 to 16384");
        assertRefused(PENDULUM, "env", "Reacher2D-v0", "has shape [3, 8], expected");
        for (String bad : List.of("{", "null", "3", "[3]", "[null]", "[{\"name\":\"x\"}]",
                "[{\"name\":\"x\",\"unit\":\"1\",\"low\":2}]")) {
            assertRefused(unnamed, "actions", bad, "policy.safetensors");
        }
        assertRefused(unnamed, "actions", "[]", "found 2 and 0");
        assertRefused(unnamed, "actions", "[{\"name\":\"x\",\"unit\":\"1\",\"low\":-1,\"high\":2}]",
                "symmetric about 0");
    }

    @Test
    void headersThatPromiseHugeNetworksTakeNoMemory() {
        String huge = "[16384,16384,16384,16384,16384,16384,16384,16384,16384,16384,16384,16384,16384,16384,16384]";
        assertRefused(PENDULUM, "hidden", huge, "has shape [3, 8], expected [3, 16384]"); // 15 GB of weights
    }

    @Test
    void weightsThatAreNotFiniteAreRefused() {
        Path path = written(PENDULUM, Double.POSITIVE_INFINITY);
        assertThatThrownBy(() -> PolicyFile.read(path)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not finite");
    }
}
