package org.emfuse.llm.gguf;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether a LoRA adapter belongs to a base, as far as the headers of both tell. */
public final class AdapterFit {

    private AdapterFit() {}

    /**
     * Checks an adapter against its base.
     *
     * @param base a model
     * @throws IllegalArgumentException if it is no LoRA adapter, or one of another model; the message says where they differ
     */
    public static void require(GgufFile base, GgufFile adapter) {
        String name = "the file " + adapter.path();
        if (!adapter.kind().equals("adapter") || !adapter.string("adapter.type").orElse("").equals("lora")) {
            throw new IllegalArgumentException(name + " is not a LoRA adapter: it is of type " + adapter.kind()
                    + ". A whole model goes under 'model', not under 'adapter'.");
        }
        String ours = base.string("general.architecture").orElse("");
        String theirs = adapter.string("general.architecture").orElse("");
        if (!ours.equals(theirs)) {
            throw new IllegalArgumentException(name + " is an adapter of architecture " + theirs + ", but the base "
                    + base.path().getFileName() + " is of architecture " + ours);
        }
        Object alpha = adapter.metadata().get("adapter.lora.alpha");
        if (alpha != null && !(alpha instanceof Float number && Float.isFinite(number))) {
            throw new IllegalArgumentException(name + " has an alpha that is no finite number: " + alpha);
        }
        if (adapter.tensors().isEmpty()) {
            throw new IllegalArgumentException(name + " holds no tensor: the expert would equal its base");
        }
        Map<String, GgufFile.Tensor> weights = base.tensors().stream()
                .collect(Collectors.toMap(GgufFile.Tensor::name, Function.identity(), (a, b) -> a));
        for (GgufFile.Tensor tensor : adapter.tensors()) {
            boolean a = tensor.name().endsWith(".lora_a");
            if (!a && !tensor.name().endsWith(".lora_b")) {
                throw new IllegalArgumentException(
                        name + " has a tensor that is not of a LoRA adapter: " + tensor.name());
            }
            String target = tensor.name().substring(0, tensor.name().length() - ".lora_a".length());
            GgufFile.Tensor weight = weights.get(target);
            // A is [inputs, rank], B is [rank, outputs]; the weight is [inputs, outputs], fastest first.
            List<Long> shape = tensor.dimensions();
            int side = a ? 0 : 1;
            if (weight == null || shape.size() < 2 || weight.dimensions().size() < 2
                    || !shape.get(side).equals(weight.dimensions().get(side))) {
                throw new IllegalArgumentException(
                        name + " does not fit the base " + base.path().getFileName() + ": tensor "
                                + tensor.name() + " has shape " + shape + ", the base's " + target + " "
                                + (weight == null ? "does not exist" : "has shape " + weight.dimensions()));
            }
        }
        requirePairs(adapter, name);
    }

    /** Every A has its B of the same rank, and the other way round. */
    private static void requirePairs(GgufFile adapter, String name) {
        Map<String, Long> ranks = adapter.tensors().stream().collect(Collectors.toMap(GgufFile.Tensor::name,
                t -> t.dimensions().get(t.name().endsWith("a") ? 1 : 0), (a, b) -> a));
        ranks.forEach((tensor, rank) -> {
            boolean a = tensor.endsWith("a");
            String target = tensor.substring(0, tensor.length() - 1);
            Long other = ranks.get(target + (a ? "b" : "a"));
            if (other == null) {
                throw new IllegalArgumentException(name + " has no " + target + (a ? "b" : "a")
                        + " to go with its " + tensor + ". Convert the adapter again.");
            }
            if (rank < 1) {
                throw new IllegalArgumentException(name + ": " + tensor + " has rank " + rank);
            }
            if (!other.equals(rank)) {
                throw new IllegalArgumentException(name + ": " + target.substring(0, target.lastIndexOf('.'))
                        + " has rank " + (a ? rank : other) + " in A and " + (a ? other : rank) + " in B");
            }
        });
    }
}
