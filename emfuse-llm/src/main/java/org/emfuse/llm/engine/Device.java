package org.emfuse.llm.engine;

import java.util.Locale;

/** What a build of llama.cpp computes on. */
public enum Device {

    /** The processor. */
    CPU,
    /** A GPU of NVIDIA's. */
    CUDA,
    /** A GPU with Vulkan. */
    VULKAN,
    /** A GPU of Apple's. */
    METAL;

    /** The device's name in catalogs and records. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is a GPU. */
    public boolean gpu() {
        return this != CPU;
    }
}
