package org.emfuse.rl.collect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.emfuse.rl.data.Transitions;
import org.emfuse.rl.env.Env;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.env.Environments;
import org.emfuse.rl.env.Step;
import org.emfuse.rl.random.RandomStream;
import org.emfuse.rl.torch.SafetensorsFile;
import org.emfuse.rl.torch.Tensor;
import org.emfuse.rl.torch.Tensors;
import org.emfuse.rl.torch.TorchScope;

/**
 * Plays episodes one after the other and logs every transition. Its state between two transitions can be saved and restored:
 * what follows is then the same. One thread at a time.
 */
public final class Collector implements AutoCloseable {

    private final CollectConfig config;
    private final Env env;
    private final List<Behaviour> behaviours = new ArrayList<>();
    private final double totalShare;
    private final RandomStream starts;
    private final RandomStream choices;
    private final RandomStream actions;
    private Behaviour current;
    private double[] observation;
    private long episodes;

    /**
     * Opens the environment and the policies.
     *
     * @throws IllegalArgumentException if one of them is unknown or they do not fit each other
     */
    public Collector(CollectConfig config) {
        this.config = config;
        this.env = Environments.make(config.env());
        try {
            for (String policy : config.policies()) {
                behaviours.add(Behaviour.open(policy, env.spec(), config.deterministic()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        this.totalShare = behaviours.stream().mapToDouble(Behaviour::share).sum();
        this.starts = RandomStream.of(config.seed(), "starts");
        this.choices = RandomStream.of(config.seed(), "behaviours");
        this.actions = RandomStream.of(config.seed(), "actions");
        this.current = drawn();
        this.observation = env.reset(starts.nextLong());
    }

    private Behaviour drawn() {
        double left = choices.uniform(0, totalShare);
        for (Behaviour behaviour : behaviours) {
            left -= behaviour.share();
            if (left < 0) {
                return behaviour;
            }
        }
        return behaviours.getLast();
    }

    /**
     * The next transitions, in order. An episode that is not over at the last one goes on in the next call.
     *
     * @param count at least 1
     */
    public Transitions next(int count) {
        EnvSpec spec = env.spec();
        int o = spec.observationSize();
        int a = spec.actionSize();
        Transitions log = new Transitions(o, a, new float[count * o], new float[count * a], new float[count],
                new float[count * o], new boolean[count], new boolean[count]);
        for (int i = 0; i < count; i++) {
            double[] action = action();
            Step step = env.step(action);
            put(observation, log.observations(), i * o);
            put(action, log.actions(), i * a);
            log.rewards()[i] = (float) step.reward();
            put(step.observation(), log.nextObservations(), i * o);
            log.terminals()[i] = step.terminated();
            log.timeouts()[i] = step.truncated();
            observation = step.observation();
            if (step.last()) {
                episodes++;
                current = drawn();
                observation = env.reset(starts.nextLong());
            }
        }
        return log;
    }

    private static void put(double[] values, float[] target, int start) {
        for (int i = 0; i < values.length; i++) {
            target[start + i] = (float) values[i];
        }
    }

    /** The policy's action with the collection's own noise, within the range. */
    private double[] action() {
        double[] action = current.policy().act(observation, actions);
        double[] largest = env.spec().actionScale();
        boolean random = config.randomShare() > 0 && actions.nextDouble() < config.randomShare();
        for (int j = 0; j < action.length; j++) {
            double noisy = config.noise() == 0
                    ? action[j]
                    : action[j] + config.noise() * largest[j] * actions.gaussian();
            double chosen = random ? actions.uniform(-largest[j], largest[j]) : noisy;
            action[j] = Math.clamp(chosen, -largest[j], largest[j]);
        }
        return action;
    }

    /** Episodes that are over. */
    public long episodes() {
        return episodes;
    }

    /** The policies that take part; they belong to this collector. */
    public List<Behaviour> behaviours() {
        return List.copyOf(behaviours);
    }

    /** What is fixed about the environment. */
    public EnvSpec spec() {
        return env.spec();
    }

    /** Everything that going on needs: physics, the running episode's policy, streams; tensors belong to the scope. */
    Map<String, Tensor> named() {
        Map<String, Tensor> named = new LinkedHashMap<>();
        double[] state = env.state();
        named.put("state.env", Tensors.of(state, state.length));
        named.put("state.episode", Tensors.of(new long[]{behaviours.indexOf(current), episodes}, 2));
        named.put("random.starts", Tensors.of(starts.state()));
        named.put("random.behaviours", Tensors.of(choices.state()));
        named.put("random.actions", Tensors.of(actions.state()));
        return named;
    }

    /** Goes to a saved state of a collector with the same settings. */
    void load(SafetensorsFile file) {
        try (TorchScope _ = new TorchScope()) {
            observation = env.restore(file.tensor("state.env").toDoubles());
            double[] episode = file.tensor("state.episode", 2).toDoubles();
            current = behaviours.get((int) episode[0]);
            episodes = (long) episode[1];
            starts.restore(file.tensor("random.starts").toBytes());
            choices.restore(file.tensor("random.behaviours").toBytes());
            actions.restore(file.tensor("random.actions").toBytes());
        }
    }

    @Override
    public void close() {
        behaviours.forEach(Behaviour::close);
        env.close();
    }
}
