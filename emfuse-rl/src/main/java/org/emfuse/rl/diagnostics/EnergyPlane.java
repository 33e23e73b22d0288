package org.emfuse.rl.diagnostics;

import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.EnergyLandscape;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.Slices;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;

/**
 * Energies of the experts and of their sum over a plane of changes of two state coordinates, after one logged state and action
 * (a slice of length 1). All other target coordinates are held where the fused energy's chain ends. Raw units.
 *
 * @param landscapes of each expert, then of the sum
 * @param truth [2], the change that was logged
 * @param fused [2], where the fused energy's chain ends
 */
public record EnergyPlane(List<Landscape> landscapes, double[] truth, double[] fused) {

    /**
     * One energy over the plane.
     *
     * @param name of the model
     * @param energies nats above the lowest of the plane
     * @param minimum [2], where its own chain ends
     */
    public record Landscape(String name, Grid energies, double[] minimum) {}

    /** Copies the list. */
    public EnergyPlane {
        landscapes = List.copyOf(landscapes);
    }

    /**
     * Computes energies over the whole range of the fused chain.
     *
     * @param name of the sum
     * @param row logged transition
     * @param first state coordinate of the horizontal axis
     * @param second of the vertical one
     * @param cells of each axis
     * @param chain chains that find the minima
     */
    public static EnergyPlane of(FusedTransitionEnergy energy, String name, Transitions data, int row, int first,
            int second, int cells, Chain chain, LangevinSampler sampler) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            Slices one = slices(data, row, 1, energy.longestSlice());
            EnergyLandscape sum = energy.given(one);
            double[] low = minimum(sum, chain, sampler);
            double[] scale = sum.scale().toDoubles();
            Axis x = axis(energy.space(), first, chain.box() * scale[first], cells);
            Axis y = axis(energy.space(), second, chain.box() * scale[second], cells);
            Tensor targets = targets(low, first, second, x, y);
            Slices many = slices(data, row, cells * cells, energy.longestSlice());
            List<Landscape> landscapes = new ArrayList<>();
            for (TransitionEnergy expert : energy.experts()) {
                landscapes.add(new Landscape(expert.name(), energies(expert, many, targets, x, y),
                        pair(minimum(expert.given(one), chain, sampler), first, second)));
            }
            landscapes.add(new Landscape(name, energies(energy, many, targets, x, y), pair(low, first, second)));
            return new EnergyPlane(landscapes, change(data, row, first, second), pair(low, first, second));
        }
    }

    /** The same slice of length 1 several times. */
    private static Slices slices(Transitions data, int row, int count, int longest) {
        int d = data.observationSize();
        int p = data.actionSize();
        float[] starts = new float[count * d];
        float[] actions = new float[count * longest * p];
        float[] lengths = new float[count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(data.observations(), row * d, starts, i * d, d);
            System.arraycopy(data.actions(), row * p, actions, (i * longest + longest - 1) * p, p);
            lengths[i] = 1;
        }
        return Slices.of(starts, actions, lengths, longest);
    }

    private static double[] minimum(EnergyLandscape landscape, Chain chain, LangevinSampler sampler) {
        return sampler.sample(landscape, chain, RandomStream.of(0, "noise-free")).mul(landscape.scale()).toDoubles();
    }

    private static Axis axis(TransitionSpace space, int coordinate, double reach, int cells) {
        Quantity quantity = space.observations().get(coordinate);
        return new Axis("change of " + quantity.name(), quantity.unit(), -reach, reach, cells);
    }

    /** Raw targets [cells², d + 1], column by column. */
    private static Tensor targets(double[] held, int first, int second, Axis x, Axis y) {
        int n = x.cells() * y.cells();
        float[] targets = new float[n * held.length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < held.length; j++) {
                targets[i * held.length + j] = (float) held[j];
            }
            targets[i * held.length + first] = (float) x.centre(i / y.cells());
            targets[i * held.length + second] = (float) y.centre(i % y.cells());
        }
        return Tensors.of(targets, n, held.length);
    }

    private static Grid energies(TransitionEnergy energy, Slices slices, Tensor targets, Axis x, Axis y) {
        EnergyLandscape landscape = energy.given(slices);
        double[] found = landscape.energy(targets.div(landscape.scale())).toDoubles();
        double[][] values = new double[x.cells()][y.cells()];
        for (int i = 0; i < found.length; i++) {
            values[i / y.cells()][i % y.cells()] = found[i];
        }
        double lowest = new Grid(x, y, values).smallest();
        for (double[] column : values) {
            for (int j = 0; j < column.length; j++) {
                column[j] -= lowest;
            }
        }
        return new Grid(x, y, values);
    }

    private static double[] change(Transitions data, int row, int first, int second) {
        double[] before = data.observation(row);
        int from = row * data.observationSize();
        return new double[]{data.nextObservations()[from + first] - before[first],
            data.nextObservations()[from + second] - before[second]};
    }

    private static double[] pair(double[] values, int first, int second) {
        return new double[]{values[first], values[second]};
    }
}
