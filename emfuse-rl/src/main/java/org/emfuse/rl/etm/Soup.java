package org.emfuse.rl.etm;

import java.util.List;

import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchScope;

/**
 * The average of the weights of several transition models (Wortsman et al. 2022). It means something only where all began with
 * the same weights and see the same coordinates: one architecture, one seed, one normaliser (spec 04 §4).
 */
public final class Soup {

    private Soup() {}

    /**
     * The average; the caller closes it.
     *
     * @param name of the new model
     * @param models at least one; not closed
     * @throws IllegalArgumentException with what differs, if they differ in space, shape, first weights or normaliser
     */
    public static EnergyModel of(String name, List<EnergyModel> models) {
        requireCommonOrigin(models);
        EnergyModel first = models.getFirst();
        EnergyModel soup = new EnergyModel(name, first.space(), first.architecture(), first.normaliser().copy(),
                new TorchRandom(0));
        soup.origin(first.origin());
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            soup.parameters().flat().copy_(mean(models.stream().map(model -> model.parameters().flat()).toList()));
        }
        return soup;
    }

    /** The mean in double precision, so that the mean of equal values is that value. */
    static Tensor mean(List<Tensor> tensors) {
        return tensors.stream().map(tensor -> tensor.detach().to(DType.FLOAT64)).reduce(Tensor::add).orElseThrow()
                .mul(1.0 / tensors.size());
    }

    /** Refuses models whose weights have nothing to do with each other. */
    static void requireCommonOrigin(List<EnergyModel> models) {
        EnergyModel first = models.getFirst();
        for (EnergyModel model : models) {
            first.space().requireSame(first.name(), model.space(), model.name());
            require(first.architecture().equals(model.architecture()), "have one architecture", first,
                    first.architecture(), model, model.architecture());
            require(!first.origin().isEmpty() && first.origin().equals(model.origin()),
                    "have begun with the same weights; train them with one seed", first, text(first.origin()), model,
                    text(model.origin()));
            require(first.normaliser().sameAs(model.normaliser()),
                    "have one normaliser; train them with common scales", first, "one", model, "another");
        }
    }

    private static String text(String origin) {
        return origin.isEmpty() ? "unknown first weights" : "first weights " + origin;
    }

    private static void require(boolean holds, String what, EnergyModel first, Object mine, EnergyModel second,
            Object theirs) {
        if (!holds) {
            throw new IllegalArgumentException("models whose weights are merged must " + what + ": " + first.name()
                    + " has " + mine + ", " + second.name() + " has " + theirs);
        }
    }
}
