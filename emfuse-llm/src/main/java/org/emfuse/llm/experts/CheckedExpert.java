package org.emfuse.llm.experts;

import java.util.List;
import java.util.Optional;

/**
 * What the headers tell about an expert.
 *
 * @param name in the experts file
 * @param model as the experts file names it
 * @param adapter likewise; empty for none
 * @param explanation in plain words
 * @param template which chat template is used, in words; empty if that could not be told
 * @param prompt a rendered example; empty likewise
 * @param problems why it cannot be used; empty if nothing speaks against it
 * @param failures what could not be found out, and why: a disk or the engine failed; empty usually
 */
public record CheckedExpert(String name, String model, Optional<String> adapter, String explanation,
        Optional<String> template, Optional<String> prompt, List<String> problems, List<String> failures) {}
