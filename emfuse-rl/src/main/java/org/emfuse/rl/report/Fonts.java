package org.emfuse.rl.report;

import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.image.BufferedImage;

import org.jspecify.annotations.Nullable;

/** Whether this machine can write text into pictures. A bare server may have no font, and Java then fails obscurely. */
final class Fonts {

    private static final @Nullable String FAILURE = failure();

    private Fonts() {}

    private static @Nullable String failure() {
        // No picture is ever shown in a window; without this a machine with a broken display fails.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        try {
            BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
            image.createGraphics().getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12)).stringWidth("x");
            return null;
        } catch (RuntimeException | LinkageError | InternalError e) {
            return e.toString();
        }
    }

    /** Sizes of texts. */
    static FontMetrics metrics(Font font) {
        require();
        return new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics().getFontMetrics(font);
    }

    /**
     * Fails where there is no font.
     *
     * @throws IllegalStateException that says what to install
     */
    static void require() {
        if (FAILURE != null) {
            throw new IllegalStateException("pictures cannot be drawn: Java finds no font on this machine ("
                    + FAILURE + "). Install one, for example: apt-get install fontconfig fonts-dejavu-core");
        }
    }
}
