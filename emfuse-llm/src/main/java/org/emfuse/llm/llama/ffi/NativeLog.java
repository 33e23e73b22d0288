package org.emfuse.llm.llama.ffi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayDeque;
import java.util.Deque;

/** Keeps the last errors that the engine logs, for messages; nothing is printed. */
@SuppressWarnings("restricted")
final class NativeLog {

    private static final int KEPT = 12;

    /** {@code GGML_LOG_LEVEL_ERROR}. */
    private static final int ERROR = 4;

    private static final Deque<String> LINES = new ArrayDeque<>();

    private NativeLog() {}

    /** A stub for {@code llama_log_set}; lives as long as the process, as the library does. */
    static MemorySegment stub() throws ReflectiveOperationException {
        var target = MethodHandles.lookup().findStatic(NativeLog.class, "log",
                MethodType.methodType(void.class, int.class, MemorySegment.class, MemorySegment.class));
        return Linker.nativeLinker().upcallStub(target,
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                Arena.global());
    }

    @SuppressWarnings("unused")
    private static void log(int level, MemorySegment text, MemorySegment data) {
        if (level != ERROR) {
            return;
        }
        try {
            String line = LlamaLibrary.string(text).strip();
            synchronized (LINES) {
                if (!line.isEmpty()) {
                    LINES.addLast(line);
                }
                if (LINES.size() > KEPT) {
                    LINES.removeFirst();
                }
            }
        } catch (Throwable ignored) {
            // An exception that left an upcall would end the JVM; a lost log line does no harm.
        }
    }

    /** Forgets all lines, so that a later message tells nothing of an earlier failure. */
    static void forget() {
        synchronized (LINES) {
            LINES.clear();
        }
    }

    /** The last lines, oldest first. */
    static String recent() {
        synchronized (LINES) {
            return String.join("\n  ", LINES);
        }
    }
}
