package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import org.emfuse.rl.dynamics.LinearSystem;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transition models as files: what comes back, and files that are damaged or lie. */
class EnergyModelFileTest {

    @TempDir
    private Path folder;

    private static EnergyModel model(EncoderKind kind) {
        int k = kind == EncoderKind.PAIR ? 1 : 2;
        Normaliser.Values scales = new SliceData(LinearSystem.episodes(1, 10, 8), k).scales();
        return new EnergyModel("kitchen", LinearSystem.space(), new EnergyArchitecture(kind, k, 8, 2),
                Normaliser.of(scales), new TorchRandom(5));
    }

    private Path written(EncoderKind kind) {
        Path path = folder.resolve("model.safetensors");
        try (EnergyModel model = model(kind)) {
            EnergyModelFile.write(path, model, Map.of("seed", "5"));
        }
        return path;
    }

    @ParameterizedTest
    @EnumSource
    void aModelComesBackBitForBit(EncoderKind kind) {
        Path path = written(kind);
        try (TorchScope _ = new TorchScope();
                EnergyModel model = model(kind);
                EnergyModel read = EnergyModelFile.read(path)) {
            assertThat(read.name()).isEqualTo("kitchen");
            assertThat(read.space()).isEqualTo(model.space());
            assertThat(read.architecture()).isEqualTo(model.architecture());
            assertThat(read.parameters().flat().sameAs(model.parameters().flat())).isTrue();
            SliceBatch batch = new SliceData(LinearSystem.episodes(2, 5, 8), read.longestSlice()).spread(1, 9);
            Tensor u = new TorchRandom(1).uniform(-1, 1, 9, 3);
            assertThat(read.given(batch.slices()).energy(u).sameAs(model.given(batch.slices()).energy(u))).isTrue();
            assertThat(read.given(batch.slices()).scale().sameAs(model.given(batch.slices()).scale())).isTrue();
        }
        assertThat(SafetensorsFile.open(path).metadata()).containsEntry("seed", "5");
    }

    @Test
    void coordinatesOfEnvironmentsComeBack() {
        TransitionSpace space = TransitionSpace.of(Environments.spec("Pendulum-v1"));
        Path path = folder.resolve("model.safetensors");
        double[][] ones = {{1, 1, 1, 1}};
        double[] three = {1, 1, 1};
        try (EnergyModel model = new EnergyModel("p", space, EnergyArchitecture.etm().withHead(4, 1), Normaliser.of(
                new Normaliser.Values(three, three, new double[]{1}, new double[]{1}, ones, ones)),
                new TorchRandom(5))) {
            EnergyModelFile.write(path, model, Map.of());
        }
        try (EnergyModel read = EnergyModelFile.read(path)) {
            assertThat(read.space()).isEqualTo(space);
        }
    }

    private void assertRefused(Path path, String... parts) {
        assertThatThrownBy(() -> EnergyModelFile.read(path).close()).isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> {
                    assertThat(e.getMessage()).contains(path.getFileName().toString());
                    for (String part : parts) {
                        assertThat(e.getMessage()).contains(part);
                    }
                });
    }

    /** The file's content with a change of its tensors and texts. */
    private Path changed(Consumer<Map<String, Tensor>> tensors, Consumer<Map<String, String>> header) {
        SafetensorsFile file = SafetensorsFile.open(written(EncoderKind.ATTENTION));
        Path path = folder.resolve("changed.safetensors");
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            Map<String, Tensor> changed = new LinkedHashMap<>();
            file.names().forEach(name -> changed.put(name, file.tensor(name)));
            Map<String, String> texts = new LinkedHashMap<>(file.metadata());
            tensors.accept(changed);
            header.accept(texts);
            SafetensorsFile.write(path, changed, texts);
        }
        return path;
    }

    private Path withText(String key, String value) {
        return changed(tensors -> {}, header -> header.put(key, value));
    }

    private Path withTensor(String name, Tensor tensor) {
        return changed(tensors -> {
            assertThat(tensors).containsKey(name);
            tensors.put(name, tensor);
        }, header -> {});
    }

    @Test
    void anUnchangedCopyIsRead() {
        try (EnergyModel read = EnergyModelFile.read(changed(tensors -> {}, header -> {}))) {
            assertThat(read.longestSlice()).isEqualTo(2);
        }
    }

    @Test
    void truncatedFilesAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(written(EncoderKind.ATTENTION));
        Path path = folder.resolve("truncated.safetensors");
        for (int length : new int[]{0, 4, 100, bytes.length / 2, bytes.length - 1}) {
            Files.write(path, Arrays.copyOf(bytes, length));
            assertRefused(path);
        }
    }

    @Test
    void otherFilesAreRefused() {
        assertRefused(withText("format", "emfuse-policy-1"), "is not a transition model", "emfuse-policy-1",
                "emfuse-transition-energy-1");
        assertRefused(changed(tensors -> {}, header -> header.remove("format")), "format ''");
        assertThatThrownBy(() -> EnergyModelFile.read(folder.resolve("none.safetensors")))
                .hasMessageContaining("none.safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[]", "17",
        "{\"encoder\":\"ATTENTION\",\"longest\":2,\"width\":0,\"depth\":2}",
        "{\"encoder\":\"ATTENTION\",\"longest\":2,\"width\":8,\"depth\":17}",
        "{\"encoder\":\"PAIR\",\"longest\":2,\"width\":8,\"depth\":2}",
        "{\"encoder\":\"ORACLE\",\"longest\":2,\"width\":8,\"depth\":2}",
        "{\"encoder\":null,\"longest\":2,\"width\":8,\"depth\":2}"})
    void headersWithoutAShapeOfUseAreRefused(String architecture) {
        assertRefused(withText("architecture", architecture), "architecture that cannot be read");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"longest|1", "longest|100", "width|16384", "width|9", "depth|1", "depth|16"})
    void headersThatPromiseAnotherNetworkAreRefusedBeforeItIsMade(String key, int value) {
        Map<String, Integer> shape = new LinkedHashMap<>(Map.of("longest", 2, "width", 8, "depth", 2));
        shape.put(key, value);
        String architecture = "{\"encoder\":\"ATTENTION\",\"longest\":" + shape.get("longest") + ",\"width\":"
                + shape.get("width") + ",\"depth\":" + shape.get("depth") + "}";
        assertRefused(withText("architecture", architecture), "tensor");
    }

    @Test
    void anotherEncoderThanTheFilesIsRefused() {
        assertRefused(withText("architecture",
                "{\"encoder\":\"GRU\",\"longest\":2,\"width\":8,\"depth\":2}"), "gru");
        assertRefused(withText("architecture",
                "{\"encoder\":\"PAIR\",\"longest\":1,\"width\":8,\"depth\":2}"), "head.fixed.weight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{\"task\":\"t\",\"observations\":[],\"actions\":[]}",
        "{\"task\":null,\"observations\":[{\"name\":\"x\",\"unit\":\"m\"}],\"actions\":[]}",
        "{\"task\":\"t\",\"observations\":[{\"name\":\"x\",\"unit\":\"m\"},null],\"actions\":[{\"name\":\"a\",\"unit\":\"1\"}]}",
        "{\"task\":\"t\",\"observations\":[{\"name\":\"x\"},{\"unit\":\"m\"}],\"actions\":[{\"name\":\"a\",\"unit\":\"1\"}]}",
        "{\"task\":\"t\",\"observations\":[{\"name\":\"x\",\"unit\":\"m\",\"low\":3,\"high\":1}],\"actions\":[{\"name\":\"a\",\"unit\":\"1\"}]}"})
    void headersWithoutCoordinatesOfUseAreRefused(String space) {
        assertRefused(withText("space", space), "space that cannot be read");
    }

    @Test
    void aSpaceOfOtherSizesIsRefused() {
        assertRefused(withText("space",
                "{\"task\":\"t\",\"observations\":[{\"name\":\"x\",\"unit\":\"m\"}],\"actions\":[{\"name\":\"a\",\"unit\":\"1\"}]}"),
                "head.varying.weight");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void weightsThatAreNotNumbersAreRefused(float value) {
        Path path = changed(tensors -> Objects.requireNonNull(tensors.get("head.1.weight")).reshape(-1).narrow(0, 3, 1)
                .fill_(value), header -> {});
        assertRefused(path, "weights that are not finite");
    }

    @ParameterizedTest
    @CsvSource({"target.scale, 0", "target.scale, -1", "target.scale, NaN", "state.deviation, 0",
        "state.deviation, Infinity", "action.deviation, -0.5", "state.mean, NaN", "action.mean, -Infinity",
        "target.mean, NaN"})
    void scalesOfNoUseAreRefused(String name, float value) {
        Path path = changed(tensors -> Objects.requireNonNull(tensors.get("normaliser." + name)).reshape(-1)
                .narrow(0, 0, 1).fill_(value), header -> {});
        assertRefused(path, name, "of no use");
    }

    @Test
    void missingAndMisshapenTensorsAreNamed() {
        assertRefused(changed(tensors -> tensors.remove("normaliser.target.scale"), header -> {}),
                "normaliser.target.scale");
        assertRefused(changed(tensors -> tensors.remove("head.0.bias"), header -> {}), "head.0.bias");
        assertRefused(withTensor("normaliser.target.mean", Tensors.zeros(2, 4)), "normaliser.target.mean");
        assertRefused(withTensor("normaliser.state.mean", Tensors.zeros(2)), "normaliser.state.mean");
        assertRefused(withTensor("head.1.weight", Tensors.zeros(8, 9)), "head.1.weight");
    }

    @Test
    void nothingIsWrittenBesideTheFile() throws IOException {
        written(EncoderKind.GRU);
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("model.safetensors");
        }
    }
}
