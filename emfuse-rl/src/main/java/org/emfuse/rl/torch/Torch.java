package org.emfuse.rl.torch;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;

/** Loads libtorch, once, and knows what was loaded. */
public final class Torch {

    private static final String MEMORY_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";
    /** Room beside the heap: the library itself takes half a GiB, a training step far less than the rest. */
    private static final long NATIVE_BYTES = 4L << 30;

    /** Runs once, when the class is first used. */
    private static final String VERSION = start();

    private Torch() {}

    private static String start() {
        // The binding says at every start that OpenBLAS is another release than the one it was built with; it works.
        System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
        boundMemory();
        try {
            Loader.load(openblas.class);
            Loader.load(torch.class);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException("libtorch could not be loaded on " + Loader.getPlatform() + " ("
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                    + "); the program carries natives for"
                    + " linux-x86_64, and for others when it is built with -Dnative.platform=NAME", e);
        }
        // The fused kernel of scaled dot-product attention has no second derivative.
        torch.globalContext().setSDPUseFlash(false);
        TorchThreads.applyDefault();
        return String.valueOf(torch.class.getPackage().getImplementationVersion());
    }

    /**
     * The binding collects garbage, and refuses memory if that does not help, once the process takes this much. Its own
     * default, four times the heap's limit, is often all of the machine.
     */
    private static void boundMemory() {
        if (System.getProperty(MEMORY_LIMIT) == null) {
            System.setProperty(MEMORY_LIMIT, Long.toString(Runtime.getRuntime().maxMemory() + NATIVE_BYTES));
        }
    }

    /**
     * Makes sure that libtorch is loaded; takes a second or two the first time.
     *
     * @throws IllegalStateException if there are no natives for this platform
     */
    public static void load() {
        version();
    }

    /** The version of libtorch. */
    public static String version() {
        return VERSION;
    }

    /** Whether a CUDA device can be used. */
    public static boolean cuda() {
        load();
        return torch.cuda_is_available();
    }
}
