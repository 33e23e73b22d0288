package org.emfuse.rl.experiment;

import java.util.Comparator;
import java.util.Optional;

/**
 * How long a cell took.
 *
 * @param cell its name
 * @param seconds of work over all its starts; what a kill undid is not in it
 */
public record CellTime(String cell, double seconds) {

    /**
     * The longest of an experiment's models and policies that are done; data keep no time.
     *
     * @throws IllegalArgumentException if a result is damaged
     */
    public static Optional<CellTime> longest(Experiment experiment) {
        return experiment.cells().stream().filter(cell -> CellResult.isIn(cell.folder()))
                .flatMap(cell -> CellResult.read(cell.folder()).seconds().stream()
                        .mapToObj(seconds -> new CellTime(cell.name(), seconds)))
                .max(Comparator.comparingDouble(CellTime::seconds));
    }
}
