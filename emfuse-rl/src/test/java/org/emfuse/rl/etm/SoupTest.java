package org.emfuse.rl.etm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Averages of weights, and of whose weights there is none. */
class SoupTest {

    private static final Normaliser.Values SCALES = new SliceData(Domains.data(6, 5, 1, 0), 2).scales();
    private static final EnergyArchitecture ADETM = EnergyArchitecture.adetm(2).withHead(8, 2);

    private final List<EnergyModel> models = new ArrayList<>();

    private EnergyModel kept(EnergyModel model) {
        models.add(model);
        return model;
    }

    private EnergyModel model(String name, long seed) {
        return kept(Domains.model(name, ADETM, SCALES, seed));
    }

    /** Weights that went on from where they began. */
    private static EnergyModel moved(EnergyModel model, long seed) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            model.parameters().flat().add_(new TorchRandom(seed).normal(model.parameters().elements()), 0.1);
        }
        return model;
    }

    @AfterEach
    void close() {
        models.forEach(EnergyModel::close);
    }

    @ParameterizedTest
    @EnumSource
    void equalModelsAreTheirOwnAverage(EncoderKind kind) {
        int k = kind == EncoderKind.PAIR ? 1 : 2;
        EnergyArchitecture architecture = new EnergyArchitecture(kind, k, 8, 2);
        Normaliser.Values scales = new SliceData(Domains.data(6, 5, 1, 0), k).scales();
        List<EnergyModel> same = List.of(1, 2, 3).stream()
                .map(i -> kept(moved(Domains.model("m" + i, architecture, scales, 4), 9))).toList();
        EnergyModel soup = kept(Soup.of("soup", same));
        assertThat(soup.parameters().flat().sameAs(same.getFirst().parameters().flat())).isTrue();
        assertThat(soup.name()).isEqualTo("soup");
        assertThat(soup.architecture()).isEqualTo(architecture);
        assertThat(soup.origin()).isEqualTo(same.getFirst().origin());
        assertThat(soup.normaliser().sameAs(same.getFirst().normaliser())).isTrue();
    }

    @Test
    void everyWeightIsTheMean() {
        EnergyModel a = moved(model("a", 4), 1);
        EnergyModel b = moved(model("b", 4), 2);
        EnergyModel c = moved(model("c", 4), 3);
        float[] x = a.parameters().flat().toFloats();
        float[] y = b.parameters().flat().toFloats();
        float[] z = c.parameters().flat().toFloats();
        float[] mean = kept(Soup.of("soup", List.of(a, b, c))).parameters().flat().toFloats();
        for (int i = 0; i < mean.length; i++) {
            assertThat(mean[i]).isEqualTo((float) (((double) x[i] + y[i] + z[i]) * (1.0 / 3)));
        }
    }

    @Test
    void modelsOfOtherSeedsShapesAndScalesAreRefused() {
        EnergyModel a = model("a", 4);
        assertThatThrownBy(() -> Soup.of("soup", List.of(a, model("b", 5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("have begun with the same weights; train them with one seed: a has first weights "
                        + a.origin() + ", b has first weights ");
        Normaliser.Values others = new SliceData(Domains.data(6, 5, 2, 1), 2).scales();
        assertThatThrownBy(() -> Soup.of("soup", List.of(a, kept(Domains.model("b", ADETM, others, 4)))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("one normaliser");
        assertThatThrownBy(
                () -> Soup.of("soup", List.of(a, kept(Domains.model("b", ADETM.withHead(8, 3), SCALES, 4)))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("one architecture");
        TransitionSpace other = new TransitionSpace("else", Domains.SPACE.observations(), Domains.SPACE.actions());
        EnergyModel elsewhere = kept(new EnergyModel("b", other, ADETM, Normaliser.of(SCALES), new TorchRandom(4)));
        assertThatThrownBy(() -> Soup.of("soup", List.of(a, elsewhere))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("task");
    }

    @Test
    void filesKeepWhereWeightsComeFrom(@TempDir Path folder) {
        EnergyModel a = moved(model("a", 4), 1);
        EnergyModelFile.write(folder.resolve("a"), a, Map.of());
        EnergyModelFile.write(folder.resolve("old"), a, Map.of("first-weights", ""));
        EnergyModel read = kept(EnergyModelFile.read(folder.resolve("a")));
        assertThat(read.origin()).isEqualTo(a.origin()).hasSize(16);
        assertThat(kept(Soup.of("soup", List.of(a, read))).parameters().flat().sameAs(a.parameters().flat())).isTrue();
        EnergyModel old = kept(EnergyModelFile.read(folder.resolve("old")));
        assertThatThrownBy(() -> Soup.of("soup", List.of(old, old))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a has unknown first weights");
    }
}
