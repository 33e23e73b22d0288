package org.emfuse.llm.llama;

import org.jspecify.annotations.Nullable;

/**
 * An engine of this machine, or one that could be.
 *
 * @param name what the command line calls it
 * @param device what it computes on
 * @param version of llama.cpp, as far as it is known
 * @param bytes of its package, 0 for one that is not fetched
 * @param installed whether it is here
 * @param verified whether it evaluated a tiny model on this machine, one for GPUs on a GPU
 * @param inUse whether commands use it where no other is named
 * @param path where it is, null where it is not here
 * @param systemInfo instruction sets and back ends, null where it was not tried
 */
public record InstalledEngine(String name, String device, String version, long bytes, boolean installed,
        boolean verified, boolean inUse, @Nullable String path, @Nullable String systemInfo) {}
