package org.emfuse.rl.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.util.ArrayList;
import java.util.List;

import org.knowm.xchart.XYChart;

/** Several charts on one picture, side by side under a title, with one legend below. */
final class Panels {

    /** Of a panel, where two are side by side. */
    static final int WIDTH = Drawing.WIDTH / 2;
    static final int HEIGHT = 300;
    private static final int TITLE = 44;
    private static final int LINE = 26;
    private static final int MARGIN = 16;
    private static final int PATCH = 18;

    private Panels() {}

    /**
     * Draws panels, two in a row.
     *
     * @param panels all {@link #WIDTH} wide and of one height
     * @param legend lines of keys; a line that is too long goes on in the next
     */
    static byte[] png(Scheme scheme, String title, List<XYChart> panels, List<List<Key>> legend) {
        int rows = (panels.size() + 1) / 2;
        int height = panels.getFirst().getHeight();
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
        List<List<Key>> lines = wrapped(legend, font);
        int below = TITLE + rows * height;
        return Drawing.png(Drawing.WIDTH, below + lines.size() * LINE + MARGIN, graphics -> {
            graphics.setColor(scheme.background());
            graphics.fillRect(0, 0, Drawing.WIDTH, below + lines.size() * LINE + MARGIN);
            for (int i = 0; i < panels.size(); i++) {
                Graphics2D part = (Graphics2D) graphics.create();
                part.translate(i % 2 * WIDTH, TITLE + i / 2 * height);
                panels.get(i).paint(part, WIDTH, height);
                part.dispose();
            }
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
            graphics.setColor(scheme.text());
            graphics.drawString(title, (Drawing.WIDTH - graphics.getFontMetrics().stringWidth(title)) / 2, 28);
            graphics.setFont(font);
            for (int i = 0; i < lines.size(); i++) {
                draw(graphics, lines.get(i), below + MARGIN / 2 + i * LINE, scheme);
            }
        });
    }

    private static List<List<Key>> wrapped(List<List<Key>> legend, Font font) {
        FontMetrics metrics = Fonts.metrics(font);
        List<List<Key>> lines = new ArrayList<>();
        for (List<Key> keys : legend) {
            List<Key> line = new ArrayList<>();
            for (Key key : keys) {
                line.add(key);
                if (width(line, metrics) > Drawing.WIDTH - 2 * MARGIN && line.size() > 1) {
                    lines.add(List.copyOf(line.subList(0, line.size() - 1)));
                    line = new ArrayList<>(List.of(key));
                }
            }
            lines.add(line);
        }
        return lines;
    }

    private static int width(List<Key> line, FontMetrics metrics) {
        return line.stream().mapToInt(key -> width(key, metrics)).sum() - MARGIN;
    }

    private static int width(Key key, FontMetrics metrics) {
        return (key.colour() == null ? 0 : PATCH + 5) + metrics.stringWidth(key.name()) + MARGIN;
    }

    private static void draw(Graphics2D graphics, List<Key> line, int top, Scheme scheme) {
        FontMetrics metrics = graphics.getFontMetrics();
        int x = (Drawing.WIDTH - width(line, metrics)) / 2;
        for (Key key : line) {
            Color colour = key.colour();
            int text = x;
            if (colour != null) {
                Mark mark = key.mark();
                if (mark == null) {
                    graphics.setColor(colour);
                    graphics.fillRect(x, top + 2, PATCH, 14);
                    graphics.setColor(scheme.grid());
                    graphics.drawRect(x, top + 2, PATCH, 14);
                } else {
                    mark.draw(graphics, x + PATCH / 2.0, top + 9, colour, scheme.background());
                }
                text += PATCH + 5;
            }
            graphics.setColor(scheme.text());
            graphics.drawString(key.name(), text, top + 14);
            x += width(key, metrics);
        }
    }
}
