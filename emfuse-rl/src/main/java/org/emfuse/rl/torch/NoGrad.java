package org.emfuse.rl.torch;

import org.bytedeco.pytorch.NoGradGuard;

/** While it is open, this thread's operations are not recorded for differentiation. */
public final class NoGrad implements AutoCloseable {

    private final NoGradGuard guard;

    /** Stops recording on this thread. */
    public NoGrad() {
        Torch.load();
        this.guard = new NoGradGuard();
    }

    @Override
    public void close() {
        guard.close();
    }
}
