package org.emfuse.llm.gguf;

import java.util.Map;

/** Sizes of ggml's element types: bytes of a block, and elements in it. */
final class ElementType {

    private record Block(int bytes, int elements) {}

    private static final Map<Integer, Block> BLOCKS = Map.ofEntries(Map.entry(0, new Block(4, 1)),
            Map.entry(1, new Block(2, 1)), Map.entry(2, new Block(18, 32)), Map.entry(3, new Block(20, 32)),
            Map.entry(6, new Block(22, 32)), Map.entry(7, new Block(24, 32)), Map.entry(8, new Block(34, 32)),
            Map.entry(9, new Block(36, 32)), Map.entry(10, new Block(84, 256)), Map.entry(11, new Block(110, 256)),
            Map.entry(12, new Block(144, 256)), Map.entry(13, new Block(176, 256)), Map.entry(14, new Block(210, 256)),
            Map.entry(15, new Block(292, 256)), Map.entry(24, new Block(1, 1)), Map.entry(25, new Block(2, 1)),
            Map.entry(26, new Block(4, 1)), Map.entry(27, new Block(8, 1)), Map.entry(28, new Block(8, 1)),
            Map.entry(30, new Block(2, 1)));

    private ElementType() {}

    /** Bytes that the elements take; 0 for a type that is not known here. */
    static long bytes(int type, long elements) {
        Block block = BLOCKS.get(type);
        return block == null ? 0 : (elements + block.elements() - 1) / block.elements() * block.bytes();
    }
}
