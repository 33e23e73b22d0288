package org.emfuse.rl.experiment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import org.emfuse.energy.ExpertWeights;
import org.emfuse.record.Sha256;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.policy.FusedPolicy;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.train.RunFolder;
import org.emfuse.rl.train.RunResult;

/**
 * Policies of several domains fused with equal weights, and the score of the fusion; nothing is learned.
 *
 * @param policies of the domains, Gaussian
 */
record FusedPolicyCell(String name, Method method, Path folder, Budget budget, long seed, String env,
        List<LogsCell> policies) implements Cell {

    @Override
    public List<Cell> needs() {
        return List.copyOf(policies);
    }

    @Override
    public boolean done() {
        return CellResult.isIn(folder);
    }

    @Override
    public long size() {
        return 1;
    }

    @Override
    public void run(BooleanSupplier stop, LongConsumer progress) {
        long began = System.nanoTime();
        Folders.make(folder);
        EnvSpec spec = Environments.spec(env);
        List<PolicyFile> files = new ArrayList<>();
        try {
            policies.forEach(policy -> files.add(PolicyFile.read(policy.file())));
            FusedPolicy.requireSameSpace(files);
            FusedPolicy fused = FusedPolicy.deterministic(ExpertWeights.uniform(files.size()),
                    files.stream().map(PolicyFile::actor).toList());
            Evaluation.Result result = Evaluation.run(fused, env, budget.episodes(), RunFolder.EVALUATION_SEED);
            Map<String, String> inputs = new LinkedHashMap<>();
            policies.forEach(policy -> inputs.put(policy.name(), Sha256.of(policy.file())));
            RunResult.of(method.id(), 0, spec, result, (System.nanoTime() - began) / 1e9,
                    RunResult.record("rl table " + method.id(), seed, Map.of("budget", budget), inputs))
                    .write(folder.resolve("result.json"));
        } finally {
            files.forEach(file -> file.actor().close());
        }
        progress.accept(1);
    }
}
