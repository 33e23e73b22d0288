package org.emfuse.llm.peft;

import java.nio.ByteBuffer;

/** The order of the rows of queries and keys: two halves of a head one after the other, or their rows in turn. */
final class Heads {

    private Heads() {}

    /**
     * Rows in GGUF's order for rotary positions of Llama models: within each head row i of the first half, row i of the
     * second, row i + 1 of the first.
     *
     * @param matrix rows one after the other, from position to limit
     * @param rows a multiple of twice the heads
     */
    static ByteBuffer interleaved(ByteBuffer matrix, int rows, int heads) {
        int width = matrix.remaining() / rows;
        int half = rows / heads / 2;
        ByteBuffer out = ByteBuffer.allocate(matrix.remaining());
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < half; i++) {
                for (int side = 0; side < 2; side++) {
                    int row = head * 2 * half + side * half + i;
                    out.put(matrix.slice(matrix.position() + row * width, width));
                }
            }
        }
        return out.flip();
    }
}
