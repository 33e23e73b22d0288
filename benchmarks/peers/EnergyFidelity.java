import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.TransitionSpace;
import org.emfuse.rl.etm.EnergyArchitecture;
import org.emfuse.rl.etm.EnergyConfig;
import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyTraining;
import org.emfuse.rl.etm.HoldOut;
import org.emfuse.rl.etm.PredictionError;
import org.emfuse.rl.etm.SliceData;
import org.emfuse.rl.policy.PolicySpace;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.Processor;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.Torch;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.torch.TorchWorkers;
import tools.jackson.databind.json.JsonMapper;

/**
 * The plain energy-based transition model on the rows that etm_fidelity.py trains on.
 *
 * <p>{@code data LOG.hdf5 SEED DATA.safetensors} divides a log into rows to train on and rows to measure errors on.
 * {@code train DATA.safetensors float32|fastest SEED UPDATES OUT.json [THREADS]} trains as published, with derivatives along the
 * negatives' chains in that type, and measures the last weights in single precision and in the processor's fastest type.
 */
public class EnergyFidelity {

    private static final int EVERY = 100;

    public static void main(String[] args) throws Exception {
        if (args[0].equals("data")) {
            data(D4rlFile.read(Path.of(args[1])).transitions(), Long.parseLong(args[2]), Path.of(args[3]));
        } else {
            int threads = args.length > 6 ? Integer.parseInt(args[6]) : Runtime.getRuntime().availableProcessors();
            DType products = args[2].equals("float32") ? DType.FLOAT32 : Processor.fastest();
            Map<String, Object> result = train(Path.of(args[1]), products, Long.parseLong(args[3]), Long.parseLong(args[4]),
                    threads);
            Files.writeString(Path.of(args[5]), JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(result));
        }
    }

    private static void data(Transitions log, long seed, Path out) {
        HoldOut parts = HoldOut.of(log, seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        try (TorchScope _ = new TorchScope()) {
            put(tensors, "train", parts.training());
            put(tensors, "holdout", parts.apart());
            SafetensorsFile.write(out, tensors, Map.of());
        }
        System.out.println(parts.training().size() + " rows to train on, " + parts.apart().size() + " apart");
    }

    private static void put(Map<String, Tensor> tensors, String part, Transitions rows) {
        int n = rows.size();
        tensors.put(part + ".observations", Tensors.of(rows.observations(), n, rows.observationSize()));
        tensors.put(part + ".actions", Tensors.of(rows.actions(), n, rows.actionSize()));
        tensors.put(part + ".targets", new SliceData(rows, 1).spread(1, n).targets());
    }

    /** Rows of no order: each is an episode of its own. */
    private static Transitions rows(SafetensorsFile file, String part) {
        float[] observations = file.tensor(part + ".observations").toFloats();
        float[] actions = file.tensor(part + ".actions").toFloats();
        Tensor shape = file.tensor(part + ".targets");
        float[] targets = shape.toFloats();
        int n = (int) shape.size(0);
        int d = (int) shape.size(1) - 1;
        float[] next = new float[n * d];
        float[] rewards = new float[n];
        boolean[] ends = new boolean[n];
        Arrays.fill(ends, true);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < d; j++) {
                next[i * d + j] = observations[i * d + j] + targets[i * (d + 1) + j];
            }
            rewards[i] = targets[i * (d + 1) + d];
        }
        return new Transitions(d, actions.length / n, observations, actions, rewards, next, new boolean[n], ends);
    }

    private static Map<String, Object> train(Path data, DType products, long seed, long updates, int threads) {
        HoldOut parts;
        try (TorchScope _ = new TorchScope()) {
            SafetensorsFile file = SafetensorsFile.open(data);
            parts = new HoldOut(rows(file, "train"), rows(file, "holdout"));
        }
        int apart = parts.apart().size();
        double[] unit = new double[parts.apart().actionSize()];
        Arrays.fill(unit, 1);
        TransitionSpace space = TransitionSpace.of(PolicySpace.unnamed(parts.apart().observationSize(), unit));
        EnergyConfig config = EnergyConfig.of(EnergyArchitecture.etm(), updates, seed, "shared rows")
                .withChains(Langevin.negatives(), products).withEvaluation(updates, 1, apart);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("torch", Torch.version());
        result.put("threads", threads);
        result.put("seed", seed);
        result.put("updates", updates);
        result.put("batch", config.batch());
        result.put("products", products.toString());
        try (TorchThreads _ = TorchThreads.independent(); TorchWorkers workers = new TorchWorkers(threads);
                EnergyTraining training = new EnergyTraining("fidelity", config, space, parts, null, threads)) {
            double accuracy = 0;
            long start = System.nanoTime();
            while (!training.done()) {
                accuracy += training.step().metrics().get("accuracy") / EVERY;
                if (training.steps() % EVERY == 0) {
                    System.out.printf("update %d: accuracy %.3f%n", training.steps(), accuracy);
                    result.put("accuracy", accuracy);
                    accuracy = 0;
                }
            }
            result.put("seconds", (System.nanoTime() - start) / 1e9);
            // The only measurement was after the last update: the best weights are the last ones, as the published program's are.
            EnergyModel model = training.best();
            SliceData measured = new SliceData(parts.apart(), 1);
            LangevinSampler sampler = new LangevinSampler(workers);
            Map<String, Object> errors = new LinkedHashMap<>();
            for (DType type : new DType[]{DType.FLOAT32, Processor.fastest()}) {
                model.products(type);
                String suffix = type == DType.FLOAT32 ? "" : " " + type;
                errors.put("OFFICIAL" + suffix, error(model, measured, Langevin.official(100), apart, sampler));
                errors.put("DEFAULT" + suffix, error(model, measured, Langevin.prediction(100), apart, sampler));
            }
            result.put("holdout", errors);
        }
        return result;
    }

    private static Map<String, Object> error(EnergyModel model, SliceData rows, Chain chain, int count,
            LangevinSampler sampler) {
        PredictionError error = PredictionError.of(model, rows, chain, count, sampler);
        double squares = Arrays.stream(error.rmse()[0]).map(rmse -> rmse * rmse).sum();
        System.out.printf("%s: normalised RMSE %.4f%n", chain, error.mean());
        return Map.of("rmse", error.rmse()[0], "normalised_rmse", error.normalised()[0], "official",
                squares / (error.rmse()[0].length + 1), "near_reach", error.nearReach());
    }
}
