package org.emfuse.rl.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;

/** Shapes that point at places, and can be seen on top of each other: a wide ring, a filled diamond, a cross. */
enum Mark {
    RING,
    DIAMOND,
    CROSS;

    private static final double RADIUS = 5;

    /** Draws it so that it can be seen on any colour. */
    void draw(Graphics2D graphics, double x, double y, Color colour, Color outline) {
        Shape shape = shape(x, y);
        if (this != DIAMOND) {
            graphics.setColor(outline);
            graphics.setStroke(new BasicStroke(5, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            graphics.draw(shape);
            graphics.setColor(colour);
            graphics.setStroke(new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            graphics.draw(shape);
            return;
        }
        graphics.setColor(colour);
        graphics.fill(shape);
        graphics.setColor(outline);
        graphics.setStroke(new BasicStroke(1.5f));
        graphics.draw(shape);
    }

    private Shape shape(double x, double y) {
        if (this == RING) {
            return new Ellipse2D.Double(x - 1.6 * RADIUS, y - 1.6 * RADIUS, 3.2 * RADIUS, 3.2 * RADIUS);
        }
        Path2D path = new Path2D.Double();
        if (this == CROSS) {
            path.moveTo(x - RADIUS, y - RADIUS);
            path.lineTo(x + RADIUS, y + RADIUS);
            path.moveTo(x - RADIUS, y + RADIUS);
            path.lineTo(x + RADIUS, y - RADIUS);
        } else {
            double r = RADIUS * 1.3;
            path.moveTo(x, y - r);
            path.lineTo(x + r, y);
            path.lineTo(x, y + r);
            path.lineTo(x - r, y);
            path.closePath();
        }
        return path;
    }
}
