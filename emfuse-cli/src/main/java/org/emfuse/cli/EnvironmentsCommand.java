package org.emfuse.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Parameter;
import org.emfuse.rl.env.Quantity;
import org.emfuse.rl.policy.scripted.ScriptedPolicies;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What environments and controllers there are. */
@Command(name = "envs", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Lists the environments and their scripted controllers, or describes one environment.",
    ""}, footer = {"", "Examples:", "  emfuse rl envs", "  emfuse rl envs Pendulum-v1",
        "  emfuse rl envs Pendulum-v1:mass=1.5"})
final class EnvironmentsCommand implements Callable<Integer> {

    @Parameters(arity = "0..1", paramLabel = "ID", description = "An environment, with parameters after a colon.")
    @Nullable
    private String id;

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
        output.requirePlaces();
        if (id == null) {
            list();
        } else {
            describe(Environments.spec(id));
        }
        return 0;
    }

    private void list() {
        Table table = new Table("environment", "what to do", "controllers");
        List<Map<String, Object>> result = new ArrayList<>();
        for (String name : Environments.ids()) {
            List<String> controllers = ScriptedPolicies.idsFor(name);
            table.add(name, Environments.description(name), String.join(", ", controllers));
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("id", name);
            entry.put("description", Environments.description(name));
            entry.put("controllers", controllers);
            result.add(entry);
        }
        if (!output.jsonOnly()) {
            output.out().print(table);
            output.out().flush();
        }
        output.writeJson(Map.of("environments", result));
    }

    private void describe(EnvSpec spec) {
        if (!output.jsonOnly()) {
            print(spec);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("id", spec.id());
        result.put("observations", spec.observations().stream().map(EnvironmentsCommand::described).toList());
        result.put("actions", spec.actions().stream().map(EnvironmentsCommand::described).toList());
        result.put("horizon", spec.horizon());
        result.put("timeStep", spec.timeStep());
        result.put("parameters", spec.parameters());
        result.put("randomReturn", spec.reference().random());
        result.put("referenceReturn", spec.reference().reference());
        output.writeJson(result);
    }

    /** Infinite bounds are null: JSON has no number for them. */
    private static Map<String, Object> described(Quantity quantity) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", quantity.name());
        entry.put("unit", quantity.unit());
        if (Double.isFinite(quantity.low())) {
            entry.put("low", quantity.low());
        }
        if (Double.isFinite(quantity.high())) {
            entry.put("high", quantity.high());
        }
        return entry;
    }

    private void print(EnvSpec spec) {
        output.out().printf("%s: %s%n%d steps of %s s; return of random actions %.4g, of the reference %.4g%n%n",
                spec.id(), Environments.description(spec.id()), spec.horizon(), spec.timeStep(),
                spec.reference().random(), spec.reference().reference());
        Table quantities = new Table("", "index", "quantity", "unit", "range");
        add(quantities, "observation", spec.observations());
        add(quantities, "action", spec.actions());
        output.out().println(quantities);
        Table parameters = new Table("parameter", "value", "range", "meaning");
        for (Parameter parameter : Environments.parameters(spec.id())) {
            parameters.add(parameter.name(), parameter.format(spec.parameter(parameter.name())), parameter.range(),
                    parameter.meaning());
        }
        output.out().println(parameters);
        output.out().println("Controllers: " + String.join(", ", ScriptedPolicies.idsFor(spec.name())));
        output.out().flush();
    }

    private static void add(Table table, String kind, List<Quantity> quantities) {
        for (int i = 0; i < quantities.size(); i++) {
            Quantity quantity = quantities.get(i);
            table.add(kind, Integer.toString(i), quantity.name(), quantity.unit(),
                    "[" + quantity.low() + ", " + quantity.high() + "]");
        }
    }
}
