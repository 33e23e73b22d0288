package org.emfuse.rl.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.diagnostics.EnergyPlane;
import org.knowm.xchart.XYChart;

/**
 * Energies of the experts and of their sum over a plane of state changes, a panel each: where each one's own chain ends, where
 * the sum's does, and what was logged.
 *
 * @param title what it shows
 * @param plane at least one landscape
 */
public record LandscapePlane(String title, EnergyPlane plane) implements Picture {

    /** Refuses an empty plane. */
    public LandscapePlane {
        if (plane.landscapes().isEmpty()) {
            throw new IllegalArgumentException("the picture '" + title + "' has nothing to draw");
        }
    }

    @Override
    public byte[] png(Scheme scheme) {
        double largest = plane.landscapes().stream().mapToDouble(each -> each.energies().largest()).max().orElse(1);
        ColourSteps steps = ColourSteps.upTo(largest, true);
        Color own = scheme.series(4);
        Color fused = scheme.series(1);
        Color truth = scheme.series(2);
        List<XYChart> panels = new ArrayList<>();
        for (EnergyPlane.Landscape each : plane.landscapes()) {
            panels.add(new HeatMap(each.energies(), steps, scheme).mark(each.minimum(), own, Mark.RING)
                    .mark(plane.fused(), fused, Mark.DIAMOND).mark(plane.truth(), truth, Mark.CROSS)
                    .panel(each.name(), Panels.WIDTH, Panels.HEIGHT));
        }
        return Panels.png(scheme, title, panels, List.of(
                List.of(Key.mark("own minimum", own, Mark.RING), Key.mark("fused minimum", fused, Mark.DIAMOND),
                        Key.mark("logged", truth, Mark.CROSS)),
                steps.keys("nats above the lowest:", scheme)));
    }
}
