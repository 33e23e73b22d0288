package org.emfuse.llm.llama.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** A {@code llama_batch} whose arrays Java owns: tokens with position, sequence, and whether a row of logits is wanted. */
public final class NativeBatch {

    /** {@code struct llama_batch}, 56 bytes in every known build (spec 10 §2). */
    static final StructLayout LAYOUT = MemoryLayout.structLayout(JAVA_INT.withName("n_tokens"),
            MemoryLayout.paddingLayout(4), ADDRESS.withName("token"), ADDRESS.withName("embd"), ADDRESS.withName("pos"),
            ADDRESS.withName("n_seq_id"), ADDRESS.withName("seq_id"), ADDRESS.withName("logits"));

    private final int capacity;
    private final MemorySegment struct;
    private final MemorySegment tokens;
    private final MemorySegment positions;
    private final MemorySegment sequences;
    private final MemorySegment wanted;
    private int size;

    /** An empty batch of at most {@code capacity} tokens in the memory of the arena. */
    public NativeBatch(Arena arena, int capacity) {
        this.capacity = capacity;
        struct = arena.allocate(LAYOUT);
        tokens = arena.allocate(JAVA_INT, capacity);
        positions = arena.allocate(JAVA_INT, capacity);
        sequences = arena.allocate(JAVA_INT, capacity);
        wanted = arena.allocate(JAVA_BYTE, capacity);
        MemorySegment counts = arena.allocate(JAVA_INT, capacity);
        MemorySegment pointers = arena.allocate(ADDRESS, capacity + 1L);
        for (int i = 0; i < capacity; i++) {
            counts.setAtIndex(JAVA_INT, i, 1);
            pointers.setAtIndex(ADDRESS, i, sequences.asSlice(4L * i, 4));
        }
        struct.set(ADDRESS, 8, tokens);
        struct.set(ADDRESS, 16, MemorySegment.NULL);
        struct.set(ADDRESS, 24, positions);
        struct.set(ADDRESS, 32, counts);
        struct.set(ADDRESS, 40, pointers);
        struct.set(ADDRESS, 48, wanted);
    }

    /** Forgets all tokens. */
    public void clear() {
        size = 0;
    }

    /** Tokens added since the last {@link #clear}. */
    public int size() {
        return size;
    }

    /** Tokens that can still be added. */
    public int free() {
        return capacity - size;
    }

    /**
     * Adds a token.
     *
     * @param row whether the logits after it are wanted
     * @return its index in the batch, by which its row is read
     */
    public int add(int token, int position, int sequence, boolean row) {
        tokens.setAtIndex(JAVA_INT, size, token);
        positions.setAtIndex(JAVA_INT, size, position);
        sequences.setAtIndex(JAVA_INT, size, sequence);
        wanted.set(JAVA_BYTE, size, (byte) (row ? 1 : 0));
        return size++;
    }

    MemorySegment struct() {
        struct.set(JAVA_INT, 0, size);
        return struct;
    }
}
