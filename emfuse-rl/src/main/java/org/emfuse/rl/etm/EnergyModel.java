package org.emfuse.rl.etm;

import java.nio.ByteBuffer;

import org.emfuse.record.Sha256;
import org.emfuse.rl.dynamics.EnergyLandscape;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.torch.ConditionedMlp;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Parameters;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchRandom;
import org.emfuse.rl.torch.TorchWorkers;

/**
 * An energy-based transition model (ETM; spec 05 §§1, 3): an encoder reads the slice, a ReLU network gives the energy of a
 * target in box coordinates. With an encoder of several actions it is the any-step model ADETM: its predictions from slices of
 * different lengths disagree where it does not know. Takes raw units; its normaliser belongs to it.
 */
public final class EnergyModel implements TransitionEnergy {

    private final String name;
    private final TransitionSpace space;
    private final EnergyArchitecture architecture;
    private final Normaliser normaliser;
    private final Parameters parameters;
    private final HistoryEncoder encoder;
    private final ConditionedMlp head;
    private DType products = DType.FLOAT32;
    private String origin;
    private double beta = 1;

    /**
     * A new model.
     *
     * @param name for messages and tables
     * @param normaliser of the domain, which the model owns
     * @param random draws the first weights, as PyTorch's layers begin
     */
    public EnergyModel(String name, TransitionSpace space, EnergyArchitecture architecture, Normaliser normaliser,
            TorchRandom random) {
        if (normaliser.longest() != architecture.longest()) {
            throw new IllegalArgumentException("a model of slices up to " + architecture.longest()
                    + " needs scales for as many lengths, found " + normaliser.longest());
        }
        this.name = name;
        this.space = space;
        this.architecture = architecture;
        this.normaliser = normaliser;
        int d = space.observationSize();
        int p = space.actionSize();
        Parameters.Builder builder = new Parameters.Builder();
        EncoderKind.Declared declared = architecture.encoder().declare(builder, d, p, architecture.longest());
        int first = architecture.declareHead(builder, d, p);
        this.parameters = builder.build(random);
        this.encoder = declared.of(parameters);
        this.head = ConditionedMlp.of(parameters, first, architecture.depth());
        this.origin = fingerprint(parameters);
    }

    private static String fingerprint(Parameters parameters) {
        float[] values = parameters.flat().toFloats();
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
        bytes.asFloatBuffer().put(values);
        return Sha256.of(bytes.array()).substring(0, 16);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TransitionSpace space() {
        return space;
    }

    @Override
    public int longestSlice() {
        return architecture.longest();
    }

    /** The shape. */
    public EnergyArchitecture architecture() {
        return architecture;
    }

    /** The domain's scales; they belong to the model. */
    public Normaliser normaliser() {
        return normaliser;
    }

    /** Fingerprint of the weights that training began with; empty where it is not known. Averages of weights need a common one. */
    public String origin() {
        return origin;
    }

    /** β by which its energy becomes that of a likelihood ({@link Calibration}); 1 where it is not known. */
    public double beta() {
        return beta;
    }

    /** Sets it. */
    void beta(double scale) {
        this.beta = scale;
    }

    /** Sets where the weights come from. */
    void origin(String fingerprint) {
        this.origin = fingerprint;
    }

    /** The trainable numbers; they belong to the model. */
    public Parameters parameters() {
        return parameters;
    }

    /** Sets in which type derivatives along chains are computed: single precision, or bfloat16, which is faster and coarser. */
    public void products(DType type) {
        this.products = type;
    }

    @Override
    public EnergyLandscape given(Slices slices) {
        if (slices.longest() > architecture.longest()) {
            throw new IllegalArgumentException("the model " + name + " takes slices of at most "
                    + architecture.longest() + " actions, found " + slices.longest());
        }
        return new DeferredLandscape(this, slices.withPlaces(architecture.longest()));
    }

    /** The first layer's values [b, width] of the context of each slice; differentiable in the parameters. */
    Tensor fixed(Slices slices) {
        Tensor padding = slices.padding();
        Tensor context = encoder.encode(normaliser.states(slices), normaliser.actions(slices, padding), padding,
                slices.lengths());
        return head.fixed(context);
    }

    /** The energies [b] of box targets [b, d + 1] where {@link #fixed} is known; differentiable in everything. */
    Tensor energy(Tensor fixed, Tensor u) {
        return head.output(fixed, u);
    }

    /** The contrastive loss of candidates where {@link #fixed} is known, with its derivatives. */
    ContrastiveGradient contrast(Tensor fixed, Tensor candidates, double margin, TorchWorkers workers) {
        return ContrastiveGradient.of(head, fixed, candidates, margin, workers);
    }

    /**
     * The derivatives of a loss in all parameters, flat.
     *
     * @param fixed what {@link #fixed} gave, with its graph, from which the encoder's derivatives follow
     */
    Tensor gradient(Tensor fixed, ContrastiveGradient loss) {
        Tensor encoder = parameters.gradient(fixed.mul(loss.fixed()).sum());
        Tensor rest = loss.network();
        return encoder.add_(Tensors.cat(0, Tensors.zeros(encoder.size(0) - rest.size(0)), rest));
    }

    /** The landscape of slices where {@link #fixed} is known. */
    BoxedLandscape landscape(Tensor fixed, Slices slices) {
        return landscape(fixed, slices, products);
    }

    /** The same, whose derivatives are computed in a given type. */
    BoxedLandscape landscape(Tensor fixed, Slices slices, DType products) {
        return new BoxedLandscape(head, products, fixed, normaliser.scale(slices), normaliser.centre(slices));
    }

    @Override
    public void close() {
        parameters.close();
        normaliser.close();
    }
}
