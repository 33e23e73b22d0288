package org.emfuse.rl.collect;

import java.nio.file.Files;
import java.nio.file.Path;

import org.emfuse.record.Sha256;
import org.emfuse.rl.env.EnvSpec;
import org.emfuse.rl.policy.ActorPolicy;
import org.emfuse.rl.policy.Policy;
import org.emfuse.rl.policy.PolicyFile;
import org.emfuse.rl.policy.scripted.ScriptedPolicies;

/**
 * A policy that takes part in a collection, and how much of it. Written {@code NAME[:parameter=value,…][@SHARE]}, where the
 * name is that of a scripted controller or the path of a policy file ({@code .safetensors}).
 */
public final class Behaviour implements AutoCloseable {

    private static final String POLICY_FILE = ".safetensors";

    private final String id;
    private final String hash;
    private final double share;
    private final Policy policy;
    private final AutoCloseable owned;

    private Behaviour(String id, String hash, double share, Policy policy, AutoCloseable owned) {
        this.id = id;
        this.hash = hash;
        this.share = share;
        this.policy = policy;
        this.owned = owned;
    }

    /**
     * Opens what is written so.
     *
     * @param text as above; the share is 1 where none is written
     * @param spec of the environment to act in
     * @param deterministic whether policy networks act by their mode instead of sampling
     * @throws IllegalArgumentException for an unknown name, a file that is no policy, a policy of other sizes, or a share
     *             that is not a positive number
     */
    public static Behaviour open(String text, EnvSpec spec, boolean deterministic) {
        int at = text.lastIndexOf('@');
        String id = at < 0 ? text : text.substring(0, at);
        double share = at < 0 ? 1 : share(text, text.substring(at + 1));
        if (id.endsWith(POLICY_FILE)) {
            return ofFile(Path.of(id), share, spec, deterministic);
        }
        if (Files.exists(Path.of(id))) {
            throw new IllegalArgumentException(id + " is no policy file: those end in " + POLICY_FILE
                    + (Files.isDirectory(Path.of(id)) ? "; give " + Path.of(id, "policy" + POLICY_FILE) : ""));
        }
        return new Behaviour(id, Sha256.of(id), share, ScriptedPolicies.make(id, spec), () -> {});
    }

    private static double share(String text, String written) {
        try {
            double share = Double.parseDouble(written);
            if (share > 0 && Double.isFinite(share)) {
                return share;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(wrongShare(text, written), e);
        }
        throw new IllegalArgumentException(wrongShare(text, written));
    }

    private static String wrongShare(String text, String written) {
        return "expected a number > 0 as share after '@' in '" + text + "', found '" + written + "'";
    }

    private static Behaviour ofFile(Path file, double share, EnvSpec spec, boolean deterministic) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("the policy file " + file + " does not exist");
        }
        PolicyFile read = PolicyFile.read(file);
        if (read.actor().observationSize() != spec.observationSize()
                || read.actor().actionSize() != spec.actionSize()) {
            read.actor().close();
            throw new IllegalArgumentException("the policy " + file + " is for " + read.env() + " with "
                    + read.actor().observationSize() + " observations and " + read.actor().actionSize()
                    + " actions; " + spec.id() + " has " + spec.observationSize() + " and " + spec.actionSize());
        }
        Policy policy = deterministic ? ActorPolicy.deterministic(read.actor()) : ActorPolicy.stochastic(read.actor());
        return new Behaviour(file.toString(), Sha256.of(file), share, policy, read.actor());
    }

    /** As written, without the share. */
    public String id() {
        return id;
    }

    /** SHA-256 of the policy file, or of a controller's name and parameters. */
    public String hash() {
        return hash;
    }

    /** Its part of the episodes, relative to the others' shares. */
    public double share() {
        return share;
    }

    /** Chooses the actions; valid until this is closed. */
    public Policy policy() {
        return policy;
    }

    /** Frees a policy's network; idempotent. */
    @Override
    public void close() {
        try {
            owned.close();
        } catch (Exception e) {
            throw new IllegalStateException("the policy " + id + " could not be closed", e);
        }
    }
}
