import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.emfuse.stats.Aggregate;
import org.emfuse.stats.Estimate;
import org.emfuse.stats.MethodComparison;
import org.emfuse.stats.ScoreMatrix;
import org.emfuse.stats.StratifiedBootstrap;

/**
 * Estimates of the matrices on standard input, one line each: value, low and high. A case is a line with a name and two
 * matrices, rows separated by {@code ;}, scores by {@code ,}; the fields by tabs.
 */
class Estimates {

    private static final StratifiedBootstrap BOOTSTRAP = StratifiedBootstrap.standard(1);

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] fields = line.split("\t");
            ScoreMatrix x = matrix(fields[1]);
            ScoreMatrix y = matrix(fields[2]);
            print(fields[0], "pooled_iqm", BOOTSTRAP.estimate(x, Aggregate.POOLED_IQM));
            print(fields[0], "mean_of_task_iqms", BOOTSTRAP.estimate(x, Aggregate.MEAN_OF_TASK_IQMS));
            print(fields[0], "mean", BOOTSTRAP.estimate(x, Aggregate.MEAN));
            print(fields[0], "median", BOOTSTRAP.estimate(x, Aggregate.MEDIAN));
            print(fields[0], "optimality_gap", BOOTSTRAP.estimate(x, Aggregate.optimalityGap(100)));
            print(fields[0], "improvement", BOOTSTRAP.estimate(x, y, MethodComparison.PROBABILITY_OF_IMPROVEMENT));
            print(fields[0], "iqm_difference",
                    BOOTSTRAP.estimate(x, y, MethodComparison.difference(Aggregate.POOLED_IQM)));
        }
    }

    private static ScoreMatrix matrix(String text) {
        double[][] rows = Arrays.stream(text.split(";"))
                .map(row -> Arrays.stream(row.split(",")).mapToDouble(Double::parseDouble).toArray())
                .toArray(double[][]::new);
        List<String> tasks = IntStream.range(0, rows[0].length).mapToObj(i -> "task " + i).toList();
        return ScoreMatrix.ofSeeds(tasks, rows);
    }

    private static void print(String name, String what, Estimate e) {
        System.out.println(name + "\t" + what + "\t" + e.value() + "\t" + e.low() + "\t" + e.high());
    }
}
