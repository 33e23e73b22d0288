package org.emfuse.llm.peft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.emfuse.llm.gguf.GgufFacts;
import org.emfuse.llm.gguf.GgufFile;
import org.emfuse.llm.gguf.GgufWriter;
import org.emfuse.safetensors.JsonObjects;
import org.emfuse.safetensors.SafetensorsHeader;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A LoRA adapter in PEFT's form: a folder with {@code adapter_config.json} and {@code adapter_model.safetensors}. Written
 * as GGUF it has the same effect: its α and ranks, and in Llama models the rows of queries and keys in GGUF's order.
 */
public final class PeftAdapter {

    /** The file of the weights. */
    public static final String WEIGHTS = "adapter_model.safetensors";

    /** The file of the configuration. */
    public static final String CONFIG = PeftConfig.FILE;

    private static final JsonMapper JSON = JsonMapper
            .builder(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build()).build();

    private final PeftConfig config;
    private final SafetensorsHeader header;
    private final Map<String, Pair> pairs;

    /** The names of A and B of one map; empty where one is missing. */
    private record Pair(String a, String b) {}

    private PeftAdapter(PeftConfig config, SafetensorsHeader header, Map<String, Pair> pairs) {
        this.config = config;
        this.header = header;
        this.pairs = pairs;
    }

    /** Whether a path is a folder in PEFT's form, or looks like it was meant to be one. */
    public static boolean isAt(Path path) {
        return Files.isDirectory(path)
                && (Files.exists(path.resolve(CONFIG)) || Files.exists(path.resolve(WEIGHTS)));
    }

    /**
     * Reads a folder's configuration and the header of its weights.
     *
     * @throws IllegalArgumentException if one is missing, broken or cannot be converted; the message says what to do
     */
    public static PeftAdapter read(Path folder) {
        PeftConfig config = PeftConfig.read(folder);
        Path weights = folder.resolve(WEIGHTS);
        if (!Files.isRegularFile(weights)) {
            boolean pickled = Files.exists(folder.resolve("adapter_model.bin"));
            throw new IllegalArgumentException("the folder " + folder + " has no " + WEIGHTS + (pickled
                    ? "; it has adapter_model.bin, a form that can run code. Save the adapter as safetensors"
                    : ""));
        }
        SafetensorsHeader header = SafetensorsHeader.read(weights, Elements.widths(), PeftAdapter::object);
        return new PeftAdapter(config, header, pairs(header));
    }

    private static Map<String, Object> object(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            if (!node.isObject()) {
                throw new IllegalArgumentException(JsonObjects.NO_OBJECT);
            }
            return JSON.convertValue(node, new TypeReference<Map<String, Object>>() {
            });
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    private static Map<String, Pair> pairs(SafetensorsHeader header) {
        Map<String, Pair> pairs = new TreeMap<>();
        for (String name : header.entries().keySet()) {
            MapNames.Part part = MapNames.part(name).orElseThrow(() -> new IllegalArgumentException("the file "
                    + header.path() + " has the tensor " + name + ", which is none of a LoRA adapter of linear maps"));
            pairs.merge(part.module(), part.a() ? new Pair(name, "") : new Pair("", name),
                    (x, y) -> new Pair(x.a + y.a, x.b + y.b));
        }
        pairs.forEach((module, pair) -> {
            if (pair.a.isEmpty() || pair.b.isEmpty() || !header.entries().containsKey(pair.a)
                    || !header.entries().containsKey(pair.b)) {
                throw new IllegalArgumentException(
                        "the file " + header.path() + " has not one lora_A and one lora_B of "
                                + module);
            }
        });
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("the file " + header.path() + " holds no tensor: the expert would equal"
                    + " its base");
        }
        return pairs;
    }

    /** What its files tell a person, name to value, as {@link GgufFacts} tells it of an adapter in GGUF. */
    public Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("kind", "adapter");
        facts.put("form", "PEFT");
        facts.put("bytes", header.path().toFile().length());
        facts.put("parameters", header.entries().values().stream()
                .mapToLong(entry -> entry.shape().stream().reduce(1L, (a, b) -> a * b)).sum());
        facts.put("tensors", header.entries().size());
        facts.put("alpha", (float) config.plainAlpha());
        facts.put("ranks", pairs.keySet().stream().map(module -> (long) config.rankOf(module)).distinct().sorted()
                .toList());
        facts.put("maps", GgufFacts.maps(pairs.keySet().stream()
                .map(module -> MapNames.weight(module).orElse(module))));
        return facts;
    }

    /** The file of the weights. */
    public Path weights() {
        return header.path();
    }

    /**
     * Checks the adapter against a base and writes it as GGUF.
     *
     * @param target is overwritten; what is there after an exception is to be removed
     * @throws IllegalArgumentException if the adapter does not belong to the base, or one of its values is no number
     */
    public Path write(GgufFile base, Path target) {
        GgufWriter writer = writer(base);
        return writer.write(target);
    }

    /**
     * Checks the adapter against a base, by headers alone.
     *
     * @throws IllegalArgumentException if it does not belong to the base
     */
    public void requireFits(GgufFile base) {
        writer(base);
    }

    private GgufWriter writer(GgufFile base) {
        String architecture = base.architecture();
        if (!MapNames.PLAIN.contains(architecture) && !MapNames.PERMUTED.contains(architecture)) {
            throw new IllegalArgumentException(
                    "adapters in PEFT's form can be converted for bases of architecture llama, "
                            + MapNames.PLAIN.stream().sorted().collect(Collectors.joining(", ")) + "; "
                            + base.path().getFileName()
                            + " is of architecture " + architecture
                            + ". Convert it with llama.cpp's convert_lora_to_gguf.py");
        }
        Map<String, GgufFile.Tensor> weights = base.tensors().stream()
                .collect(Collectors.toMap(GgufFile.Tensor::name, Function.identity(), (a, b) -> a));
        float alpha = (float) config.plainAlpha();
        GgufWriter writer = new GgufWriter().string("general.architecture", architecture)
                .string("general.type", "adapter").string("adapter.type", "lora")
                .float32("adapter.lora.alpha", alpha);
        pairs.forEach((module, pair) -> {
            String weight = MapNames.weight(module).orElseThrow(() -> new IllegalArgumentException(name()
                    + " changes the map " + module + ", which is not known in models of architecture " + architecture));
            requireShapes(module, pair, weights.get(weight), weight, base);
            int rank = config.rankOf(module);
            // The engine multiplies by alpha/rank; what the adapter wants beyond that goes into B.
            double factor = config.scaleOf(module) * rank / alpha;
            factor = Math.abs(factor - 1) < 1e-6 ? 1 : factor;
            add(writer, weight + ".lora_a", pair.a, 1, 0);
            add(writer, weight + ".lora_b", pair.b, factor, heads(base, weight));
        });
        return writer;
    }

    private String name() {
        return "the adapter " + header.path().getParent();
    }

    private void requireShapes(String module, Pair pair, GgufFile.@Nullable Tensor weight, String name,
            GgufFile base) {
        List<Long> a = entry(pair.a).shape();
        List<Long> b = entry(pair.b).shape();
        long rank = config.rankOf(module);
        boolean matrices = a.size() == 2 && b.size() == 2;
        boolean ranks = matrices && a.get(0) == rank && b.get(1) == rank;
        if (!ranks) {
            throw new IllegalArgumentException(name() + ": " + module + " has A of shape " + a + " and B of shape " + b
                    + ", expected rank " + rank + " as " + CONFIG + " says");
        }
        // PEFT writes [rank, inputs] and [outputs, rank], slowest first; GGUF's weight is [inputs, outputs], fastest first.
        if (weight == null || weight.dimensions().size() != 2 || !weight.dimensions().get(0).equals(a.get(1))
                || !weight.dimensions().get(1).equals(b.get(0))) {
            throw new IllegalArgumentException(name() + " does not fit the base " + base.path().getFileName() + ": "
                    + module + " maps " + a.get(1) + " inputs to " + b.get(0) + " outputs, the base's " + name + " "
                    + (weight == null ? "does not exist" : "has shape " + weight.dimensions()));
        }
    }

    private SafetensorsHeader.Entry entry(String tensor) {
        return Objects.requireNonNull(header.entries().get(tensor));
    }

    private void add(GgufWriter writer, String name, String tensor, double factor, int heads) {
        SafetensorsHeader.Entry entry = entry(tensor);
        Elements type = Elements.valueOf(entry.type());
        long rows = entry.shape().get(0);
        long columns = entry.shape().get(1);
        if (heads > 0 && rows % (2L * heads) != 0) {
            throw new IllegalArgumentException(name() + ": " + tensor + " has " + rows + " rows for " + heads
                    + " heads of the base");
        }
        writer.tensor(name, type.writtenAs(factor), type.writtenBytes(rows * columns, factor), () -> {
            try {
                ByteBuffer values = type.written(ByteBuffer.wrap(header.data(tensor)).order(ByteOrder.LITTLE_ENDIAN),
                        factor);
                return heads == 0 ? values : Heads.interleaved(values, (int) rows, heads);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name() + ": tensor " + tensor + ": " + e.getMessage(), e);
            }
        }, columns, rows);
    }

    /** Heads whose rows have another order in GGUF, 0 if they have not. */
    private static int heads(GgufFile base, String weight) {
        String architecture = base.architecture();
        boolean queries = weight.endsWith(".attn_q.weight");
        if (!MapNames.PERMUTED.contains(architecture) || !(queries || weight.endsWith(".attn_k.weight"))) {
            return 0;
        }
        long all = base.integer(architecture + ".attention.head_count").orElse(0);
        long heads = queries ? all : base.integer(architecture + ".attention.head_count_kv").orElse(all);
        if (heads < 1 || heads > 1 << 16) {
            throw new IllegalArgumentException("the base " + base.path().getFileName()
                    + " does not say one number of attention heads, which the adapter's conversion needs");
        }
        return (int) heads;
    }
}
