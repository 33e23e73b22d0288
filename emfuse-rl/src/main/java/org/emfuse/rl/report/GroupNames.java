package org.emfuse.rl.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** What groups of runs of one algorithm in one environment are called, for tables and legends. */
final class GroupNames {

    /** Letters of what sets a group apart: more do not fit beside a picture's bars. */
    private static final int LONGEST = 32;

    private GroupNames() {}

    /**
     * Names the groups: by the algorithm alone where there is one group, else by what sets them apart too, which is their settings
     * where that is short, the folders of their first runs where it is not, and a number at last.
     *
     * @param groups each with at least one run
     * @return a name for each, no two alike
     */
    static List<String> of(String algorithm, List<List<RunFolder>> groups) {
        if (groups.size() == 1) {
            return List.of(algorithm);
        }
        List<String> marks = differences(groups.stream().map(runs -> runs.getFirst().settings().chosen()).toList());
        if (!tellApart(marks)) {
            marks = groups.stream().map(GroupNames::folders).toList();
        }
        if (!tellApart(marks)) {
            marks = IntStream.rangeClosed(1, groups.size()).mapToObj(Integer::toString).toList();
        }
        return marks.stream().map(mark -> algorithm + " (" + mark + ")").toList();
    }

    private static boolean tellApart(Collection<String> marks) {
        return new HashSet<>(marks).size() == marks.size()
                && marks.stream().allMatch(mark -> !mark.isEmpty() && mark.length() <= LONGEST);
    }

    /** Those settings that are not the same in all groups: {@code "horizon 5, updates 1000"}. */
    private static List<String> differences(List<Map<String, String>> groups) {
        Set<String> names = new LinkedHashSet<>();
        groups.forEach(settings -> names.addAll(settings.keySet()));
        names.removeIf(name -> groups.stream().map(settings -> settings.getOrDefault(name, "none")).distinct()
                .count() == 1);
        List<String> texts = new ArrayList<>();
        groups.forEach(settings -> texts.add(String.join(", ",
                names.stream().map(name -> name + " " + settings.getOrDefault(name, "none")).toList())));
        return texts;
    }

    private static String folders(List<RunFolder> runs) {
        return runs.getFirst().name() + (runs.size() == 1 ? "" : " and " + (runs.size() - 1) + " more");
    }
}
