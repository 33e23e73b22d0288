package org.emfuse.rl.report;

import java.awt.Color;

import org.jspecify.annotations.Nullable;

/**
 * An entry of a legend: a patch of colour or a mark, and what it stands for.
 *
 * @param colour null for text alone
 * @param mark null for a patch
 */
record Key(String name, @Nullable Color colour, @Nullable Mark mark) {

    static Key text(String text) {
        return new Key(text, null, null);
    }

    static Key patch(String name, Color colour) {
        return new Key(name, colour, null);
    }

    static Key mark(String name, Color colour, Mark mark) {
        return new Key(name, colour, mark);
    }
}
