import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.rl.data.D4rlFile;
import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.dynamics.Chain;
import org.emfuse.rl.dynamics.FusedTransitionEnergy;
import org.emfuse.rl.dynamics.Histories;
import org.emfuse.rl.dynamics.HistoryDivergence;
import org.emfuse.rl.dynamics.Langevin;
import org.emfuse.rl.dynamics.LangevinSampler;
import org.emfuse.rl.dynamics.Resilient;
import org.emfuse.rl.dynamics.TransitionEnergy;
import org.emfuse.rl.etm.EnergyModel;
import org.emfuse.rl.etm.EnergyModelFile;
import org.emfuse.rl.experiment.Simulators;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.DType;
import org.emfuse.rl.torch.NoGrad;
import org.emfuse.rl.torch.TorchScope;
import org.emfuse.rl.torch.TorchThreads;
import org.emfuse.rl.torch.TorchWorkers;
import org.hipparchus.stat.correlation.SpearmansCorrelation;

/**
 * What chains find, beside what chains of 100 steps find, and in bfloat16 beside the same in single precision: for the models of one
 * seed of an experiment, each on its own domain's logs, on those of the others, and fused on all. Ratios of errors for each length of
 * slices and coordinate, the reward's among them (geometric mean, least and largest), of median uncertainties (least and largest),
 * differences of Spearman's correlation of uncertainty and error (the lowest).
 *
 * Arguments: the folder of a seed (ENV/seed-N), which holds data and models; states of each domain (400); the folder of the seed
 * whose logs are looked at (the same, of whose logs models know most).
 */
public class Chains {

    record Way(Chain chain, DType products) {}

    record Found(double[] errors, double correlation, double uncertainty) {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        int most = args.length > 1 ? Integer.parseInt(args[1]) : 400;
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("langevin 100", new Way(Langevin.prediction(100), DType.FLOAT32));
        ways.put("langevin 30", new Way(Langevin.prediction(30), DType.FLOAT32));
        ways.put("langevin 30, bfloat16", new Way(Langevin.prediction(30), DType.BFLOAT16));
        ways.put("langevin 12", new Way(Langevin.prediction(12), DType.FLOAT32));
        ways.put("langevin 12, G = 10", new Way(Langevin.prediction(12).withGradientClip(10), DType.FLOAT32));
        for (int steps : new int[]{8, 10, 12, 16}) {
            ways.put("resilient " + steps, new Way(Resilient.prediction(steps), DType.FLOAT32));
            ways.put("resilient " + steps + ", bfloat16", new Way(Resilient.prediction(steps), DType.BFLOAT16));
        }
        try (TorchThreads _ = TorchThreads.independent(); TorchWorkers workers = new TorchWorkers(2)) {
            LangevinSampler sampler = new LangevinSampler(workers);
            Path looked = args.length > 2 ? Path.of(args[2]) : folder;
            Map<String, Transitions> data = new LinkedHashMap<>();
            List<EnergyModel> models = new ArrayList<>();
            try (var files = Files.list(looked.resolve("data"))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".hdf5")).sorted().toList()) {
                    String domain = file.getFileName().toString().replace(".hdf5", "");
                    data.put(domain, D4rlFile.read(file).transitions());
                    models.add(EnergyModelFile.read(folder.resolve("models/" + domain + "/model.safetensors")));
                }
            }
            double[] unit = Simulators.stateUnits(Transitions.concat(List.copyOf(data.values())));
            TransitionEnergy fused = new FusedTransitionEnergy(ExpertWeights.uniform(models.size()), models);
            Map<String, Map<String, List<Found>>> found = new LinkedHashMap<>();
            ways.forEach((name, way) -> {
                models.forEach(model -> model.products(way.products));
                Map<String, List<Found>> places = found.computeIfAbsent(name, _ -> new LinkedHashMap<>());
                data.forEach((domain, logs) -> {
                    for (EnergyModel model : models) {
                        String place = model.name().equals(domain) ? "own domain" : "other domains";
                        places.computeIfAbsent(place, _ -> new ArrayList<>())
                                .add(of(model, logs, most, unit, way.chain, sampler));
                    }
                    places.computeIfAbsent("fused", _ -> new ArrayList<>())
                            .add(of(fused, logs, most, unit, way.chain, sampler));
                });
            });
            compare("beside langevin 100", found, name -> "langevin 100");
            compare("beside single precision", found, name -> name.replace(", bfloat16", ""));
        }
    }

    static void compare(String title, Map<String, Map<String, List<Found>>> found, UnaryOperator<String> reference) {
        System.out.printf("%-24s %-14s %-26s %-18s %s%n", title, "where", "error", "uncertainty", "Spearman");
        found.forEach((name, places) -> {
            if (!reference.apply(name).equals(name)) {
                Map<String, List<Found>> other = found.get(reference.apply(name));
                places.forEach((place, all) -> print(name, place, all, other.get(place)));
            }
        });
    }

    static void print(String name, String place, List<Found> all, List<Found> reference) {
        double[] errors = IntStream.range(0, all.size()).boxed()
                .flatMapToDouble(i -> IntStream.range(0, all.get(i).errors.length)
                        .mapToDouble(j -> all.get(i).errors[j] / reference.get(i).errors[j])).sorted().toArray();
        double[] ratios = IntStream.range(0, all.size())
                .mapToDouble(i -> all.get(i).uncertainty / reference.get(i).uncertainty).sorted().toArray();
        double lower = IntStream.range(0, all.size())
                .mapToDouble(i -> all.get(i).correlation - reference.get(i).correlation).min().orElseThrow();
        System.out.printf(Locale.ROOT, "%-24s %-14s %.3f (%.3f to %.3f)     %.3f to %.3f     %.3f%n", name, place,
                Math.exp(Arrays.stream(errors).map(Math::log).average().orElseThrow()), errors[0],
                errors[errors.length - 1], ratios[0], ratios[ratios.length - 1], lower);
    }

    static Found of(TransitionEnergy energy, Transitions logs, int most, double[] unit, Chain chain,
            LangevinSampler sampler) {
        int k = energy.longestSlice();
        int d = logs.observationSize();
        int[] position = logs.positions();
        int[] possible = IntStream.range(0, logs.size()).filter(i -> position[i] >= k - 1).toArray();
        int n = Math.min(most, possible.length);
        int[] places = IntStream.range(0, n).map(i -> possible[(int) ((long) i * possible.length / n)]).toArray();
        Histories histories = new Histories(n, k, d, logs.actionSize());
        for (int i = 0; i < n; i++) {
            for (int j = places[i] - k + 1; j <= places[i]; j++) {
                histories.push(i, logs.observation(j), logs.action(j));
            }
        }
        HistoryDivergence divergence = new HistoryDivergence(HistoryDivergence.Form.ROOT_MEAN_SQUARE, unit);
        double[] errors = new double[k * (d + 1)];
        double[] stateErrors = new double[n];
        double[] uncertainties = new double[n];
        try (TorchScope _ = new TorchScope(); NoGrad _ = new NoGrad()) {
            var landscape = energy.given(histories.slices(IntStream.range(0, n).toArray(), k));
            float[] targets = sampler.sample(landscape, chain, RandomStream.of(1, "chains")).mul(landscape.scale())
                    .toFloats();
            for (int i = 0; i < n; i++) {
                double[][] predictions = new double[k][d];
                for (int m = 1; m <= k; m++) {
                    int row = (i * k + m - 1) * (d + 1);
                    double sum = 0;
                    for (int j = 0; j < d; j++) {
                        predictions[m - 1][j] = histories.start(i, m)[j] + targets[row + j];
                        double error = (predictions[m - 1][j] - logs.nextObservations()[places[i] * d + j]) / unit[j];
                        sum += error * error / d;
                        errors[(m - 1) * (d + 1) + j] += error * error / n;
                    }
                    errors[(m - 1) * (d + 1) + d] += Math.pow(targets[row + d] - logs.rewards()[places[i]], 2) / n;
                    stateErrors[i] += sum / k;
                }
                stateErrors[i] = Math.sqrt(stateErrors[i]);
                uncertainties[i] = divergence.of(predictions);
            }
        }
        double[] sorted = uncertainties.clone();
        Arrays.sort(sorted);
        return new Found(Arrays.stream(errors).map(Math::sqrt).toArray(),
                new SpearmansCorrelation().correlation(uncertainties, stateErrors), sorted[n / 2]);
    }
}
