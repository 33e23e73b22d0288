package org.emfuse.rl.report;

import java.awt.Color;

/** Colours of a picture on light or on dark ground. The series' colours can be told apart by colour-blind people. */
public enum Scheme {

    /** Dark on white; for files, print and light pages. */
    LIGHT("#ffffff", "#1b1b1b", "#dcdcdc",
            "#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #6a51a3 #5c5c5c"),
    /** Light on near black; for dark pages. */
    DARK("#1c1c1e", "#ececec", "#444448",
            "#56b4e9 #f08442 #2fc79a #e39ac5 #f0c23c #8fd0ff #b7a3e3 #bdbdbd");

    private final Color background;
    private final Color text;
    private final Color grid;
    private final String series;

    Scheme(String background, String text, String grid, String series) {
        this.background = Color.decode(background);
        this.text = Color.decode(text);
        this.grid = Color.decode(grid);
        this.series = series;
    }

    Color background() {
        return background;
    }

    Color text() {
        return text;
    }

    Color grid() {
        return grid;
    }

    /** The colour of the i-th series; they repeat after eight. */
    Color series(int i) {
        String[] colours = series.split(" ", -1);
        return Color.decode(colours[i % colours.length]);
    }

    /**
     * The colour of a quantity: little is as the ground, much is as the text, evenly darker or lighter between.
     *
     * @param share in [0, 1]
     */
    Color ramp(double share) {
        return share < 0.5 ? mixed(background, series(0), 2 * share) : mixed(series(0), text, 2 * share - 1);
    }

    private static Color mixed(Color from, Color to, double share) {
        return new Color((int) Math.round(from.getRed() + share * (to.getRed() - from.getRed())),
                (int) Math.round(from.getGreen() + share * (to.getGreen() - from.getGreen())),
                (int) Math.round(from.getBlue() + share * (to.getBlue() - from.getBlue())));
    }

    /** A colour that lets what is below shine through. */
    static Color translucent(Color color, int alpha) {
        return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
    }
}
