package org.emfuse.rl.torch;

import org.bytedeco.javacpp.PointerScope;

/**
 * Frees every tensor that its thread makes while it is open. One scope per training step keeps native memory flat; without
 * it tensors live until the garbage collector looks, which it does for the heap's sake only. Scopes nest: each is closed on
 * its own thread, the innermost first.
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
    private boolean open = true;

    /** Opens a scope on this thread. */
    public TorchScope() {
        Torch.load();
        this.scope = new PointerScope();
    }

    /**
     * Takes a tensor out of the scope: it outlives it, and the caller closes it.
     *
     * @throws IllegalStateException if the tensor is closed already, or the scope is
     */
    public Tensor keep(Tensor tensor) {
        if (!open || tensor.raw().isNull()) {
            throw new IllegalStateException(
                    "a tensor was to be kept after " + (open ? "it was closed" : "its scope had ended"));
        }
        tensor.raw().retainReference(); // detaching gives up the scope's own reference
        scope.detach(tensor.raw());
        return tensor;
    }

    /**
     * Frees the scope's tensors; idempotent.
     *
     * @throws IllegalStateException on another thread, or while a scope inside this one is open; nothing is freed then
     */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        if (!scope.equals(PointerScope.getInnerScope())) {
            throw new IllegalStateException(
                    "a scope was closed on another thread, or before the scopes inside it; use try (TorchScope …)");
        }
        open = false;
        scope.close();
    }
}
