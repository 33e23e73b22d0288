package org.emfuse.rl.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A column mapping in a YAML or JSON file: the keys of {@link ColumnMapping#KEYS}, each with a name or a list of names. */
public final class ColumnMappingFile {

    private ColumnMappingFile() {}

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it is missing or wrong; the message names it and says what to write instead
     */
    public static ColumnMapping read(Path path) {
        try {
            // every JSON text is YAML 1.2
            return mapping(new Load(LoadSettings.builder().setLabel(path.toString()).build())
                    .loadFromString(Files.readString(path)));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("the column mapping " + path + " does not exist", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the column mapping " + path + " could not be read as UTF-8 text", e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("the column mapping " + path + " is neither YAML nor JSON: "
                    + String.valueOf(e.getMessage()).replaceAll("\\s+", " "), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    private static ColumnMapping mapping(@Nullable Object root) {
        if (!(root instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("the column mapping must be lines such as 'reward: r', with the keys "
                    + String.join(", ", ColumnMapping.KEYS));
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        map.forEach((key, value) -> values.put(String.valueOf(key), names(String.valueOf(key), value)));
        return ColumnMapping.of(values);
    }

    private static List<String> names(String key, @Nullable Object value) {
        List<String> names = new ArrayList<>();
        for (Object each : value instanceof List<?> list ? list : Collections.singletonList(value)) {
            if (each == null || each instanceof Map || each instanceof List) {
                throw new IllegalArgumentException(
                        "the column mapping's key '" + key + "' takes a column name or a list of them, found " + value);
            }
            names.add(String.valueOf(each)); // a column may be named by a number
        }
        return names;
    }
}
