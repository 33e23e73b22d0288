package org.emfuse.cli;

/** Control characters in what models write and files say: a terminal would obey them. */
final class Controls {

    private Controls() {}

    /** As {@link #pictured}, on one line: line feeds and tabs too have their pictures. */
    static String line(String text) {
        return pictured(text).replace('\n', '⏎').replace('\t', '⇥');
    }

    /** Controls as their pictures, for example U+241B for escape; line feeds and tabs stay. */
    static String pictured(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        for (int k = 0; k < text.length(); k++) {
            char c = text.charAt(k);
            if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                shown.append(c);
            } else if (c < 0x20) {
                shown.append((char) (0x2400 + c));
            } else {
                shown.append(c == 0x7F ? '\u2421' : '\uFFFD');
            }
        }
        return shown.toString();
    }
}
