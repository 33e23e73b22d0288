package org.emfuse.llm.gguf;

import java.util.ArrayList;
import java.util.List;

/**
 * A byte-level BPE vocabulary: three control tokens, every byte, the results of a few merges, and extra tokens.
 *
 * @param merges pairs in GPT-2's spelling, separated by a space, first merged first
 * @param extra control tokens at the end
 */
record TinyVocabulary(List<String> merges, List<String> extra) {

    static final String END_OF_TEXT = "<|endoftext|>";
    static final String TURN_START = "<|im_start|>";
    static final String TURN_END = "<|im_end|>";

    /** Ids of the control tokens. */
    static final int TURN_START_ID = 1;
    static final int TURN_END_ID = 2;

    private static final int NORMAL = 1;
    private static final int CONTROL = 3;

    /** Texts of the tokens by id. */
    List<String> tokens() {
        List<String> tokens = new ArrayList<>(List.of(END_OF_TEXT, TURN_START, TURN_END));
        for (int b = 0; b < 256; b++) {
            tokens.add(String.valueOf(spelling(b)));
        }
        merges.forEach(pair -> tokens.add(pair.replace(" ", "")));
        tokens.addAll(extra);
        return tokens;
    }

    /** Kinds of the tokens by id, as the file format numbers them. */
    int[] kinds() {
        int[] kinds = new int[tokens().size()];
        for (int k = 0; k < kinds.length; k++) {
            kinds[k] = k < 3 || k >= kinds.length - extra.size() ? CONTROL : NORMAL;
        }
        return kinds;
    }

    int size() {
        return 3 + 256 + merges.size() + extra.size();
    }

    /** GPT-2's printable character for a byte: itself where it is printable, else the next one from U+0100 on. */
    private static char spelling(int b) {
        if (printable(b)) {
            return (char) b;
        }
        int before = 0;
        for (int c = 0; c < b; c++) {
            before += printable(c) ? 0 : 1;
        }
        return (char) (256 + before);
    }

    private static boolean printable(int b) {
        return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
    }
}
