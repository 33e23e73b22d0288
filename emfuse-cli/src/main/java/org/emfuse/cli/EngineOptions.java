package org.emfuse.cli;

import java.util.Optional;

import org.emfuse.llm.EvaluationPlan;
import org.emfuse.llm.EvaluationPlan.Order;
import org.emfuse.llm.engine.EngineRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What evaluates the models, and on how many threads. */
final class EngineOptions {

    @Option(names = "--engine", paramLabel = "ENGINE", description = "embedded, a name of 'emfuse engine list', or the path of a llama.cpp build. Default: the one chosen with 'emfuse engine use', else the faster one, which is fetched once where npm is.")
    @Nullable
    private String engine;

    @Option(names = "--threads", paramLabel = "N", description = "Native threads of all experts together. Default: as measured once on this machine.")
    @Nullable
    private Integer threads;

    @Option(names = "--evaluation", paramLabel = "ORDER", description = "at-once or in-turn: when the experts are evaluated; auto, the default: as measured once on this machine.")
    @Nullable
    private String evaluation;

    private boolean compared;

    /** An engine by its name or path, with threads as measured. */
    static EngineOptions of(String engine) {
        EngineOptions options = new EngineOptions();
        options.engine = engine;
        return options;
    }

    /** The same threads with another engine. */
    EngineOptions withEngine(String name) {
        EngineOptions options = of(name);
        options.compared = true;
        options.threads = threads;
        options.evaluation = evaluation;
        return options;
    }

    /** The engine that is asked for, and whether the command line or the configuration file does. */
    EngineRequest request(OutputOptions output) {
        if (engine == null) {
            return EngineRequest.NONE;
        }
        return compared || output.given("--engine")
                ? EngineRequest.ofOption(engine)
                : EngineRequest.ofConfiguration(engine, ConfigFile.place());
    }

    /**
     * The plan that was asked for, empty if none was.
     *
     * @throws IllegalArgumentException if the machine has fewer processors, or the order is not known
     */
    Optional<EvaluationPlan> plan() {
        int cores = Runtime.getRuntime().availableProcessors();
        if (threads != null && (threads < 1 || threads > cores)) {
            throw new IllegalArgumentException("expected --threads from 1 to " + cores
                    + ", the processors of this machine; found " + threads);
        }
        Optional<Order> order = order();
        return threads == null && order.isEmpty()
                ? Optional.empty()
                : Optional.of(new EvaluationPlan(order.orElse(Order.AT_ONCE), threads == null ? cores : threads));
    }

    private Optional<Order> order() {
        if (evaluation == null || evaluation.equals("auto")) {
            return Optional.empty();
        }
        return Optional.of(switch (evaluation) {
            case "at-once" -> Order.AT_ONCE;
            case "in-turn" -> Order.IN_TURN;
            default -> throw new IllegalArgumentException("expected --evaluation at-once, in-turn or auto, found '"
                    + evaluation + "'");
        });
    }
}
