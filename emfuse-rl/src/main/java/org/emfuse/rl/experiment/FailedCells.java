package org.emfuse.rl.experiment;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.emfuse.wording.FileFailure;

/** Cells of an experiment failed. The message names them, why, their folders, and what to do next. */
public final class FailedCells extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /** More are counted, not listed: where a disk is full, every cell fails. */
    private static final int LISTED = 10;

    private FailedCells(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * The exception of some failures, at least one.
     *
     * @param cells all, in their order
     * @param failures of some of them
     */
    static FailedCells of(List<Cell> cells, Map<Cell, RuntimeException> failures) {
        List<Cell> failed = cells.stream().filter(failures::containsKey).toList();
        StringBuilder message = new StringBuilder().append(failed.size()).append(" of ").append(cells.size())
                .append(" cells failed:");
        for (Cell cell : failed.subList(0, Math.min(LISTED, failed.size()))) {
            message.append("\n  ").append(cell.name()).append(": ")
                    .append(reason(Objects.requireNonNull(failures.get(cell))))
                    .append(" (folder ").append(cell.folder()).append(')');
        }
        if (failed.size() > LISTED) {
            message.append("\n  and ").append(failed.size() - LISTED).append(" more");
        }
        long kept = cells.stream().filter(cell -> !cell.done() && needs(cell, failures)).count();
        if (kept > 0) {
            message.append('\n').append(kept)
                    .append(kept == 1 ? " cell that needs them waits" : " cells that need them wait");
        }
        message.append(
                "\nMend what the reasons name, or remove the folder of a cell to do it anew; then the same command"
                        + " goes on");
        FailedCells exception = new FailedCells(message.toString(),
                Objects.requireNonNull(failures.get(failed.getFirst())));
        failed.stream().skip(1).map(cell -> Objects.requireNonNull(failures.get(cell)))
                .forEach(exception::addSuppressed);
        return exception;
    }

    /** Whether one of the cells that failed comes before this one. */
    private static boolean needs(Cell cell, Map<Cell, RuntimeException> failures) {
        return cell.needs().stream().anyMatch(need -> failures.containsKey(need) || needs(need, failures));
    }

    /** Why something failed, in words. */
    static String reason(RuntimeException failure) {
        if (failure instanceof UncheckedIOException file) {
            return FileFailure.message(file);
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
