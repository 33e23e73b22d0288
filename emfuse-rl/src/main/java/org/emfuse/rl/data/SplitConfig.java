package org.emfuse.rl.data;

import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

import org.emfuse.rl.env.Names;

/**
 * How a data set is split.
 *
 * @param rule that puts episodes into domains
 * @param seed of what is random: {@code RANDOM} and {@code CLUSTER}
 * @param shares of the transitions that each domain gets, positive, summing to 1 within 1e-6
 * @param coordinate of the observation that {@code SPEED_SORTED} sorts by; absent for other rules
 */
public record SplitConfig(SplitRule rule, long seed, List<Double> shares, OptionalInt coordinate) {

    private static final Pattern INDEX = Pattern.compile("\\d{1,9}");

    /** The shares of three domains of very different size. */
    public static final List<Double> SIZE_SKEW = List.of(0.6, 0.3, 0.1);

    /** Checks what can be checked without the data. */
    public SplitConfig {
        shares = List.copyOf(shares);
        if (shares.size() < 2) {
            throw new IllegalArgumentException("a split needs two domains or more, found " + shares.size());
        }
        double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
        if (!(shares.stream().allMatch(share -> share > 0) && Math.abs(sum - 1) <= 1e-6)) {
            throw new IllegalArgumentException(
                    "the shares of the domains must be positive and sum to 1, for example 0.6,0.3,0.1; found "
                            + shares);
        }
        if (rule == SplitRule.SPEED_SORTED != coordinate.isPresent()) {
            throw new IllegalArgumentException(coordinate.isPresent()
                    ? "only speed_sorted takes a coordinate of the observation, the rule is " + rule
                    : "speed_sorted needs the coordinate of the observation that is the speed (--coordinate)");
        }
    }

    /** Domains of equal shares. */
    public static List<Double> equalShares(int domains) {
        if (domains < 2) {
            throw new IllegalArgumentException("a split needs two domains or more, found " + domains);
        }
        return Collections.nCopies(domains, 1.0 / domains);
    }

    /**
     * The coordinate that somebody typed.
     *
     * @param text a name, or an index from 0
     * @param names of the observation's coordinates; empty if they have none
     * @throws IllegalArgumentException for an unknown name, with the nearest
     */
    public static int coordinate(String text, List<String> names) {
        if (!names.contains(text) && INDEX.matcher(text).matches()) {
            return Integer.parseInt(text);
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    "a coordinate of the observation is given by its index from 0, as the data "
                            + "have no names; found '" + text + "'");
        }
        return names.indexOf(Names.known("coordinate of the observation", text, names));
    }
}
