package org.emfuse.rl.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.emfuse.rl.data.Episodes.Ending;
import org.emfuse.rl.data.Episodes.Episode;

/**
 * What is in one data set.
 *
 * @param name of the data set
 * @param transitions their number
 * @param episodes their number
 * @param terminal episodes that ended because the task did
 * @param timeout episodes that were cut
 * @param endOfData episodes that the data merely stop in, 0 or 1
 * @param returns undiscounted, of the episodes
 * @param lengths of the episodes
 * @param reward of the transitions
 * @param observation coordinates, before each step
 * @param action coordinates
 * @param equalCoordinates pairs of observation coordinates that are equal in all transitions, by name
 * @param consistency of next observations with the observations that follow
 */
public record DataSetInspection(String name, int transitions, int episodes, int terminal, int timeout, int endOfData,
        Variable returns, Variable lengths, Variable reward, List<Variable> observation, List<Action> action,
        List<List<String>> equalCoordinates, Consistency consistency) {

    /**
     * A number that varies.
     *
     * @param summary of its finite values
     * @param histogram of its finite values
     * @param constant whether all values are the same
     * @param notFinite values that are NaN or infinite
     */
    public record Variable(String name, Summary summary, Histogram histogram, boolean constant, long notFinite) {

        static Variable of(String name, double[] values, int bins) {
            double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
            Summary summary = Summary.of(finite);
            return new Variable(name, summary, Histogram.of(finite, bins),
                    finite.length == values.length && summary.min() == summary.max(), values.length - finite.length);
        }
    }

    /**
     * A coordinate of the action.
     *
     * @param low its lower limit, given or found
     * @param high its upper limit, given or found
     * @param atLimits share of transitions where it is at either, within a millionth of the range
     */
    public record Action(Variable variable, double low, double high, double atLimits) {}

    /**
     * Whether each next observation is the observation that follows in the same episode.
     *
     * @param compared pairs of successive transitions
     * @param different pairs that differ in any coordinate
     * @param largest absolute difference; NaN if a value is not finite
     * @param transition number of the transition with the largest difference; -1 if there is none
     */
    public record Consistency(int compared, int different, double largest, int transition) {}

    static DataSetInspection of(String name, Transitions data, InspectionConfig config) {
        if (data.size() == 0) {
            throw new IllegalArgumentException("the data set " + name + " has no transitions");
        }
        config.checkFits(name, data);
        Episodes episodes = Episodes.of(data);
        double[] rewards = Columns.column(data.rewards(), 1, 0);
        List<Variable> observation = IntStream.range(0, data.observationSize())
                .mapToObj(c -> Variable.of(config.observationName(c),
                        Columns.column(data.observations(), data.observationSize(), c), config.bins()))
                .toList();
        return new DataSetInspection(name, data.size(), episodes.size(), count(episodes, Ending.TERMINAL),
                count(episodes, Ending.TIMEOUT), count(episodes, Ending.END_OF_DATA),
                Variable.of("return", episodes.returns(), config.bins()),
                Variable.of("length", Arrays.stream(episodes.lengths()).asDoubleStream().toArray(), config.bins()),
                Variable.of("reward", rewards, config.bins()), observation, actions(data, config),
                equalCoordinates(data, config), consistency(episodes));
    }

    private static int count(Episodes episodes, Ending ending) {
        return (int) episodes.list().stream().filter(episode -> episode.ending() == ending).count();
    }

    private static List<Action> actions(Transitions data, InspectionConfig config) {
        List<Action> actions = new ArrayList<>();
        for (int c = 0; c < data.actionSize(); c++) {
            double[] values = Columns.column(data.actions(), data.actionSize(), c);
            Variable variable = Variable.of(config.actionName(c), values, config.bins());
            double low = config.actionLow().isEmpty() ? variable.summary().min() : config.actionLow().get(c);
            double high = config.actionHigh().isEmpty() ? variable.summary().max() : config.actionHigh().get(c);
            double near = 1e-6 * (high - low);
            long at = Arrays.stream(values).filter(a -> a <= low + near || a >= high - near).count();
            actions.add(new Action(variable, low, high, at / (double) values.length));
        }
        return List.copyOf(actions);
    }

    /** Equal columns by their hash first, then value by value. */
    private static List<List<String>> equalCoordinates(Transitions data, InspectionConfig config) {
        int size = data.observationSize();
        Map<Integer, List<Integer>> byHash = new HashMap<>();
        List<List<String>> pairs = new ArrayList<>();
        for (int c = 0; c < size; c++) {
            double[] column = Columns.column(data.observations(), size, c);
            List<Integer> alike = byHash.computeIfAbsent(Arrays.hashCode(column), hash -> new ArrayList<>());
            for (int other : alike) {
                if (Arrays.equals(column, Columns.column(data.observations(), size, other))) {
                    pairs.add(List.of(config.observationName(other), config.observationName(c)));
                }
            }
            alike.add(c);
        }
        return List.copyOf(pairs);
    }

    private static Consistency consistency(Episodes episodes) {
        Transitions data = episodes.transitions();
        int size = data.observationSize();
        int compared = 0;
        int different = 0;
        double largest = 0;
        int worst = -1;
        for (Episode episode : episodes.list()) {
            for (int i = episode.start(); i < episode.end() - 1; i++) {
                double difference = 0;
                for (int c = 0; c < size; c++) { // max keeps NaN
                    difference = Math.max(difference, Math.abs((double) data.nextObservations()[i * size + c]
                            - data.observations()[(i + 1) * size + c]));
                }
                compared++;
                different += difference == 0 ? 0 : 1;
                if (difference > largest || (Double.isNaN(difference) && !Double.isNaN(largest))) {
                    largest = difference;
                    worst = i;
                }
            }
        }
        return new Consistency(compared, different, largest, worst);
    }
}
