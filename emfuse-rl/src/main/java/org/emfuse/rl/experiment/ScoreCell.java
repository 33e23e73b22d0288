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
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.Evaluation;
import org.emfuse.rl.policy.FusedPolicy;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.train.RunFolder;
import org.emfuse.rl.train.RunResult;

/**
 * The score of a policy in an environment; of several policies, that of their fusion with equal weights. Nothing is learned.
 *
 * @param policies Gaussian where they are several
 */
record ScoreCell(String name, Method method, Path folder, Budget budget, long seed, String env,
        List<? extends PolicyCell> policies) implements Cell {

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
        List<PolicyFile> files = new ArrayList<>();
        try {
            policies.forEach(policy -> files.add(PolicyFile.read(policy.file())));
            Evaluation.Result result = Evaluation.run(policy(files), env, budget.episodes(), RunFolder.EVALUATION_SEED);
            Map<String, String> inputs = new LinkedHashMap<>();
            policies.forEach(policy -> inputs.put(policy.name(), Sha256.of(policy.file())));
            RunResult.of(method.id(), 0, Environments.spec(env), result, (System.nanoTime() - began) / 1e9,
                    RunResult.record("rl table " + method.id(), seed, Map.of("budget", budget), inputs))
                    .write(folder.resolve("result.json"));
        } finally {
            files.forEach(file -> file.actor().close());
        }
        progress.accept(1);
    }

    private static Policy policy(List<PolicyFile> files) {
        if (files.size() == 1) {
            return ActorPolicy.deterministic(files.getFirst().actor());
        }
        FusedPolicy.requireSameSpace(files);
        return FusedPolicy.deterministic(ExpertWeights.uniform(files.size()),
                files.stream().map(PolicyFile::actor).toList());
    }
}
