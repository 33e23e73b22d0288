package org.emfuse.cli;

/** The colours that experts have on a terminal. */
final class Colours {

    private static final int[] CODES = {36, 35, 33, 32, 34, 31};

    private Colours() {}

    /** A text in the colour of an expert; -1 leaves it as it is. */
    static String of(int expert, String text) {
        return expert < 0 ? text : "\u001B[" + CODES[expert % CODES.length] + "m" + text + "\u001B[0m";
    }
}
