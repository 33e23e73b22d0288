package org.emfuse.rl.torch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

/**
 * The trainable numbers of a model, in one flat buffer of which every named parameter is a view. So an optimiser, a target
 * network's moving average and a checkpoint each touch one tensor, however many layers there are. Their memory does not belong
 * to the scope in which they are made.
 */
public final class Parameters implements AutoCloseable {

    /** How a parameter begins: uniform on [-bound, bound], or constant. */
    private record Declared(String name, long[] shape, double bound, double constant) {

        long elements() {
            long n = 1;
            for (long size : shape) {
                n *= size;
            }
            return n;
        }
    }

    /** Collects parameters before memory is taken for them. */
    public static final class Builder {

        private final List<Declared> declared = new ArrayList<>();

        /** Adds a parameter that begins uniform on [-bound, bound]; returns its index. */
        public int uniform(String name, double bound, long... shape) {
            return add(new Declared(name, shape, bound, 0));
        }

        /** Adds a parameter that begins with one value everywhere; returns its index. */
        public int constant(String name, double value, long... shape) {
            return add(new Declared(name, shape, 0, value));
        }

        private int add(Declared parameter) {
            if (declared.stream().anyMatch(other -> other.name.equals(parameter.name))) {
                throw new IllegalArgumentException("there are two parameters named " + parameter.name);
            }
            declared.add(parameter);
            return declared.size() - 1;
        }

        /**
         * Checks that a file holds all that was added, before memory is taken for it.
         *
         * @throws IllegalArgumentException if a tensor is missing or has another shape
         */
        public void requireIn(SafetensorsFile file, String prefix) {
            declared.forEach(parameter -> file.tensor(prefix + parameter.name, parameter.shape).close());
        }

        /** Takes the memory and draws the first values. */
        public Parameters build(TorchRandom random) {
            return new Parameters(declared, random);
        }
    }

    private final List<Declared> declared;
    private final Tensor flat;
    private final List<Tensor> views = new ArrayList<>();
    private @Nullable LinearInputs observer;

    private Parameters(List<Declared> declared, TorchRandom random) {
        this.declared = List.copyOf(declared);
        try (TorchScope scope = new TorchScope()) {
            this.flat = scope.keep(Tensors.zeros(declared.stream().mapToLong(Declared::elements).sum()));
            long start = 0;
            for (Declared parameter : declared) {
                Tensor view = scope.keep(flat.narrow(0, start, parameter.elements()).view(parameter.shape).detach());
                if (parameter.bound > 0) {
                    random.uniform_(view, -parameter.bound, parameter.bound);
                } else {
                    view.fill_(parameter.constant);
                }
                views.add(view.requiresGrad());
                start += parameter.elements();
            }
        }
    }

    /** One parameter, by the index that the builder gave; the view belongs to these parameters. */
    public Tensor get(int index) {
        return views.get(index);
    }

    /**
     * Lets an observer see the inputs of the linear layers whose weights are among these, until the observation is closed. The
     * layers of recurrent units, and derivatives made without {@link Tensors#gradients}, are not seen. One thread at a time.
     */
    public LinearInputs.Observation observe(LinearInputs inputs) {
        observer = inputs;
        return () -> observer = null;
    }

    /** A layer is about to be applied; the weight by its index. */
    void seen(int weight, Tensor x) {
        if (observer != null) {
            observer.see(declared.get(weight).name, x);
        }
    }

    /** All of them, in the order of their declaration. */
    public List<Tensor> all() {
        return List.copyOf(views);
    }

    /**
     * One parameter, by its name; the view belongs to these parameters.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Tensor get(String name) {
        int index = names().indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("there is no parameter " + name + "; there are " + names());
        }
        return views.get(index);
    }

    /** Their names, in the order of their declaration. */
    public List<String> names() {
        return declared.stream().map(Declared::name).toList();
    }

    /** The flat buffer [elements]; it belongs to these parameters. */
    public Tensor flat() {
        return flat;
    }

    /** A buffer as {@link #flat}, in which every parameter has one value everywhere, by its name. */
    public Tensor flat(ToDoubleFunction<String> value) {
        return Tensors.cat(0, declared.stream()
                .map(parameter -> Tensors.zeros(parameter.elements()).fill_(value.applyAsDouble(parameter.name)))
                .toArray(Tensor[]::new));
    }

    /** Whether every number is finite. */
    public boolean allFinite() {
        try (TorchScope _ = new TorchScope()) {
            return flat.allFinite();
        }
    }

    /** Number of trainable numbers. */
    public long elements() {
        return flat.elements();
    }

    /** Derivatives of a loss with respect to all of them, flat [elements]; zeros for those that it does not depend on. */
    public Tensor gradient(Tensor loss) {
        Tensor[] parts = Tensors.gradients(loss, views, false, true);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = parts[i].reshape(-1);
        }
        return Tensors.cat(0, parts);
    }

    /** Moves these towards others by a fraction: {@code this += fraction · (source - this)}. */
    public void approach(Parameters source, double fraction) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            flat.lerp_(source.flat, fraction);
        }
    }

    /** Takes over the values of others of the same shapes. */
    public void copyFrom(Parameters source) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            flat.copy_(source.flat);
        }
    }

    /** Named views for a file; they belong to these parameters. */
    public Map<String, Tensor> named(String prefix) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (int i = 0; i < declared.size(); i++) {
            named.put(prefix + declared.get(i).name, views.get(i));
        }
        return named;
    }

    /**
     * Takes values from a file's tensors.
     *
     * @throws IllegalArgumentException if one is missing or has another shape
     */
    public void load(SafetensorsFile file, String prefix) {
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            for (int i = 0; i < declared.size(); i++) {
                views.get(i).copy_(file.tensor(prefix + declared.get(i).name, declared.get(i).shape));
            }
        }
    }

    @Override
    public void close() {
        views.forEach(Tensor::close);
        flat.close();
    }
}
