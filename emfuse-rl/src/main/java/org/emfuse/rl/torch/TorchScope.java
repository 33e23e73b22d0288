package org.emfuse.rl.torch;

import org.bytedeco.javacpp.PointerScope;

/**
 * Frees every tensor that its thread makes while it is open. One scope per training step keeps native memory flat; without
 * it tensors live until the garbage collector looks, which it does for the heap's sake only. Scopes nest.
 *
 * <pre>{@code
 * try (TorchScope scope = new TorchScope()) {
 *     Tensor loss = …;
 *     return scope.keep(loss);   // outlives the scope; the caller owns it
 * }
 * }</pre>
 */
public final class TorchScope implements AutoCloseable {

    private final PointerScope scope;

    /** Opens a scope on this thread. */
    public TorchScope() {
        Torch.load();
        this.scope = new PointerScope();
    }

    /** Takes a tensor out of the scope: it outlives it, and the caller closes it. */
    public Tensor keep(Tensor tensor) {
        tensor.raw().retainReference(); // detaching gives up the scope's own reference
        scope.detach(tensor.raw());
        return tensor;
    }

    @Override
    public void close() {
        scope.close();
    }
}
