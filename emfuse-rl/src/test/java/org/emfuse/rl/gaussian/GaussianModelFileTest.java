package org.emfuse.rl.gaussian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.emfuse.rl.etm.Normaliser;
import org.emfuse.rl.etm.SliceData;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are damaged, of another kind, or lie: one clear message each. */
class GaussianModelFileTest {

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve("model.safetensors");
        try (GaussianModel model = model(GaussianKind.ENSEMBLE)) {
            GaussianModelFile.write(file, model, Map.of());
        }
    }

    private static GaussianModel model(GaussianKind kind) {
        GaussianArchitecture architecture = kind == GaussianKind.ENSEMBLE
                ? GaussianArchitecture.ensemble().withMembers(3, 2).withLayers(5, 2)
                : GaussianArchitecture.anyStep(2).withLayers(4, 1);
        SliceData data = new SliceData(LinearSystem.data(5, 6, 1), architecture.longest());
        GaussianModel model = new GaussianModel("m", LinearSystem.SPACE, architecture,
                Normaliser.of(GaussianTraining.scales(data)), new TorchRandom(3));
        for (int i = 0; i < architecture.members(); i++) {
            model.error(i, 3 - i);
        }
        return model;
    }

    @ParameterizedTest
    @EnumSource
    void modelsAreReadAsTheyWereWritten(GaussianKind kind) {
        Path path = folder.resolve(kind.id());
        try (GaussianModel model = model(kind)) {
            GaussianModelFile.write(path, model, Map.of("seed", "9"));
            try (GaussianModel read = GaussianModelFile.read(path, kind); TorchScope _ = new TorchScope()) {
                assertThat(read.parameters().flat().sameAs(model.parameters().flat())).isTrue();
                assertThat(read.elites()).isEqualTo(model.elites());
                List<Tensor> theirs = List.copyOf(model.normaliser().named("").values());
                List<Tensor> found = List.copyOf(read.normaliser().named("").values());
                for (int i = 0; i < theirs.size(); i++) {
                    assertThat(found.get(i).sameAs(theirs.get(i))).isTrue();
                }
            }
        }
        assertThat(SafetensorsFile.open(path).metadata()).containsEntry("seed", "9");
    }

    @Test
    void truncatedFilesAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length += Math.max(1, bytes.length / 97)) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> GaussianModelFile.read(file, GaussianKind.ENSEMBLE)).as("%d bytes", length)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(file.toString());
        }
    }

    @Test
    void otherKindsAreRefused() {
        assertThatThrownBy(() -> GaussianModelFile.read(file, GaussianKind.ANY_STEP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected 'emfuse-any-step-gaussian-1'");
    }

    /** Writes the file anew with another header, or other tensors. */
    private void altered(Map<String, String> header, Map<String, Tensor> tensors) {
        SafetensorsFile now = SafetensorsFile.open(file);
        Map<String, Tensor> all = new LinkedHashMap<>();
        now.names().forEach(name -> all.put(name, now.tensor(name)));
        all.putAll(tensors);
        Map<String, String> texts = new LinkedHashMap<>(now.metadata());
        texts.putAll(header);
        SafetensorsFile.write(file, all, texts);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            architecture; {"kind":"ENSEMBLE","longest":1,"members":3,"elites":2,"width":16384,"depth":16}; has shape
            architecture; {"kind":"ENSEMBLE","longest":1,"members":3,"elites":2,"width":5,"depth":3}; has shape
            architecture; {"kind":"ENSEMBLE","longest":1,"members":3,"elites":9,"width":5,"depth":2}; cannot be read
            architecture; {"kind":null,"longest":1,"members":3,"elites":2,"width":5,"depth":2}; cannot be read
            architecture; {"kind":"ANY_STEP","longest":1,"members":1,"elites":1,"width":5,"depth":2}; contradicts itself
            architecture; 7; cannot be read
            architecture; null; cannot be read
            space; {}; cannot be read
            """)
    void headersThatLieAreRefused(String key, String value, String message) {
        altered(Map.of(key, value), Map.of());
        assertThatThrownBy(() -> GaussianModelFile.read(file, GaussianKind.ENSEMBLE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message)
                .hasMessageContaining(file.toString());
    }

    static Stream<Map<String, double[]>> uselessNumbers() {
        return Stream.of(Map.of("errors", new double[]{1, 2, Double.NaN}), Map.of("errors", new double[]{1, 2, -1}),
                Map.of("errors", new double[]{1, 2}));
    }

    @ParameterizedTest
    @MethodSource("uselessNumbers")
    void numbersOfNoUseAreRefused(Map<String, double[]> tensors) {
        try (TorchScope _ = new TorchScope()) {
            Map<String, Tensor> made = new LinkedHashMap<>();
            tensors.forEach((name, values) -> made.put(name, Tensors.of(values, values.length)));
            altered(Map.of(), made);
        }
        assertThatThrownBy(() -> GaussianModelFile.read(file, GaussianKind.ENSEMBLE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("errors");
    }

    @Test
    void weightsThatAreNotFiniteAreRefused() {
        try (GaussianModel model = model(GaussianKind.ENSEMBLE);
                TorchScope _ = new TorchScope();
                NoGrad _ = new NoGrad()) {
            model.parameters().get(0).fill_(Double.POSITIVE_INFINITY);
            GaussianModelFile.write(file, model, Map.of());
        }
        assertThatThrownBy(() -> GaussianModelFile.read(file, GaussianKind.ENSEMBLE))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not finite");
    }

    @Test
    void modelsThatWereNeverMeasuredAreNotWritten() {
        Path path = folder.resolve("other");
        try (GaussianModel model = model(GaussianKind.ENSEMBLE)) {
            model.error(1, Double.POSITIVE_INFINITY);
            assertThatThrownBy(() -> GaussianModelFile.write(path, model, Map.of()))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not measured");
        }
        assertThat(path).doesNotExist();
    }
}
