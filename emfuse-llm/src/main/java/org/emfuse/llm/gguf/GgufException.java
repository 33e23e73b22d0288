package org.emfuse.llm.gguf;

import java.nio.file.Path;

/** A file is not a sound GGUF file; the message names it and says what was found. */
public final class GgufException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /** A message about a file. */
    public GgufException(Path path, String what) {
        super("the file " + path + " " + what + ". Fetch it again, or name another file.");
    }
}
