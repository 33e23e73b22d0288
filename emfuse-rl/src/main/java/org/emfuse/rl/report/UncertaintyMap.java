package org.emfuse.rl.report;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;

import org.emfuse.rl.diagnostics.Grid;
import org.knowm.xchart.XYChart;

/**
 * How uncertain simulators are over a plane of states, a panel each; dots are the logged states that its models were trained on.
 *
 * @param title what it shows
 * @param unit of the uncertainty
 * @param maps at least one
 */
public record UncertaintyMap(String title, String unit, List<Map> maps) implements Picture {

    /**
     * One simulator.
     *
     * @param name of it
     * @param uncertainty at least 0
     * @param logged places of logged states, [n][2]
     */
    public record Map(String name, Grid uncertainty, double[][] logged) {}

    /** Copies the list; refuses an empty one. */
    public UncertaintyMap {
        maps = List.copyOf(maps);
        if (maps.isEmpty()) {
            throw new IllegalArgumentException("the picture '" + title + "' has nothing to draw");
        }
    }

    @Override
    public byte[] png(Scheme scheme) {
        ColourSteps steps = ColourSteps.upTo(maps.stream().mapToDouble(map -> map.uncertainty().largest()).max()
                .orElse(1), false);
        Color dots = Scheme.translucent(scheme.series(1), 170);
        List<XYChart> panels = new ArrayList<>();
        for (Map map : maps) {
            panels.add(new HeatMap(map.uncertainty(), steps, scheme).dots(map.logged(), dots)
                    .panel(map.name(), Panels.WIDTH, Panels.HEIGHT));
        }
        return Panels.png(scheme, title, panels,
                List.of(List.of(Key.patch("logged states that it was trained on", scheme.series(1))),
                        steps.keys("uncertainty, " + unit + ":", scheme)));
    }
}
