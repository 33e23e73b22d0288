package org.emfuse.rl.torch;

/** A refusal of libtorch, with the first line of its message; the rest of that message is a native stack trace. */
public final class TorchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private TorchException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The failure of a native call: a closed tensor is the caller's mistake, everything else is libtorch's refusal. */
    static RuntimeException of(RuntimeException e) {
        if (e instanceof NullPointerException) {
            return new IllegalStateException("a tensor was used after it was closed, or after its scope had ended", e);
        }
        String message = String.valueOf(e.getMessage());
        return new TorchException("libtorch: " + message.lines().findFirst().orElse("no message"), e);
    }
}
