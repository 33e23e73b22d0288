package org.emfuse.rl.data.hdf5;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.EnumDataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;

/** Single numbers and texts of a file: what describes its data. */
final class Texts {

    private static final int DEEPEST = 8;
    private static final long LARGEST = 1 << 20;
    /** Left in every file by the library that writes it. */
    private static final String WRITER = "_jHDF";

    private final Hdf5File file;
    private final Set<Long> seen = new HashSet<>();

    Texts(Hdf5File file) {
        this.file = file;
    }

    Map<String, String> below(Group group, String name, List<String> skipped) {
        Map<String, String> texts = new TreeMap<>();
        collect(group, name, "", 0, texts, skipped);
        return texts;
    }

    private void collect(Group group, String name, String within, int depth, Map<String, String> texts,
            List<String> skipped) {
        if (depth > DEEPEST || !seen.add(group.getAddress())) {
            skipped.add(name); // a group may contain itself
            return;
        }
        for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
            String full = name + "/" + child.getKey();
            String key = within + child.getKey();
            switch (child.getValue()) {
                case Group below -> collect(below, full, key + "/", depth + 1, texts, skipped);
                case Dataset dataset when single(dataset.getDataType(), dataset.getSize())
                        && !(dataset instanceof ChunkedDataset) ->
                    read(full, key, dataset::getData, texts, skipped);
                default -> skipped.add(full);
            }
        }
    }

    Map<String, String> attributes(Node node) {
        Map<String, String> texts = new TreeMap<>();
        for (Map.Entry<String, Attribute> each : node.getAttributes().entrySet()) {
            Attribute attribute = each.getValue();
            if (!each.getKey().equals(WRITER) && single(attribute.getDataType(), attribute.getSize())) {
                read(each.getKey(), each.getKey(), attribute::getData, texts, new ArrayList<>());
            }
        }
        return texts;
    }

    private static boolean single(DataType type, long elements) {
        boolean known = switch (type) {
            case StringData _,FixedPoint _,FloatingPoint _,EnumDataType _ -> true;
            case VariableLength text -> text.isVariableLengthString();
            default -> false;
        };
        return known && elements == 1 && type.getSize() <= LARGEST;
    }

    private void read(String full, String key, Supplier<Object> value, Map<String, String> texts,
            List<String> skipped) {
        try {
            texts.put(key, file.guarded(full, () -> text(value.get())));
        } catch (Hdf5Exception e) {
            skipped.add(full); // what only describes the data does not stop them from being read
        }
    }

    private static String text(Object value) {
        Object single = value;
        while (single.getClass().isArray()) {
            single = Array.get(single, 0);
        }
        return single.toString();
    }
}
