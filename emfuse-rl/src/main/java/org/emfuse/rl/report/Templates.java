package org.emfuse.rl.report;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import com.samskivert.mustache.Mustache;

/** Pages from templates in the jar; every value is escaped. */
final class Templates {

    private Templates() {}

    static String fill(String template, Object values) {
        try (Reader reader = new InputStreamReader(Objects.requireNonNull(
                Templates.class.getResourceAsStream(template)), StandardCharsets.UTF_8)) {
            return Mustache.compiler().escapeHTML(true).compile(reader).execute(values);
        } catch (IOException e) {
            throw new UncheckedIOException("the template of reports could not be read", e);
        }
    }
}
