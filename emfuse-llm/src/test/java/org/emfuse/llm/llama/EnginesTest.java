package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.assertj.core.groups.Tuple;
import org.emfuse.llm.engine.EngineCatalog;
import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EnginePackage;
import org.emfuse.llm.engine.EngineSelection;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Fetching, trying, choosing and removing engines; the package holds the embedded library under a newer one's name. */
@DisabledIfEnvironmentVariable(named = EngineLocator.VARIABLE, matches = ".+")
@SuppressWarnings("NullAway.Init")
class EnginesTest {

    private static final String LIBRARY = "package/bins/here/libllama.so";

    @TempDir
    private Path folder;

    private final List<String> notices = new ArrayList<>();
    private EnginePackage server;
    private CacheFolder cache;

    @BeforeEach
    void open() throws IOException {
        byte[] library = Files.readAllBytes(TestEngine.EMBEDDED.load().path());
        // One byte more, so that it is another file than the embedded one.
        server = new EnginePackage().with(LIBRARY, Arrays.copyOf(library, library.length + 1));
        cache = new CacheFolder(folder.resolve("cache"));
    }

    @AfterEach
    void close() {
        // Not there where the test is skipped.
        if (server != null) {
            server.close();
        }
    }

    private EngineCatalog catalog() {
        return new EngineCatalog("here", List.of(server.build()));
    }

    private Trust trust() {
        return new Trust(cache, new FileHashes(cache), notice -> {});
    }

    private Engines engines() {
        return new Engines(cache, trust(), notices::add, catalog());
    }

    private EngineLocator locator() {
        return new EngineLocator(cache, trust(), notices::add, catalog());
    }

    private Path installed() {
        return cache.engines().resolve("cpu-v1.0.0");
    }

    @Test
    void theFirstCommandFetchesTheNewerEngineAndSaysSo() {
        assertThat(locator().locate(null).path()).startsWith(installed());
        assertThat(notices).singleElement().asString().contains("installing the faster engine", "v1.0.0", "with npm",
                "emfuse engine use embedded");
        int asked = server.requests();
        assertThat(locator().locate(null).path()).startsWith(installed());
        assertThat(notices).hasSize(1);
        assertThat(server.requests()).isEqualTo(asked);
    }

    @Test
    void whereItCannotBeFetchedTheEmbeddedOneRunsAndTheTryIsNotRepeated() {
        EngineLocator locator = locator();
        server.vanish();
        assertThat(locator.locate(null).version()).contains("embedded");
        assertThat(notices).hasSize(2).last().asString().contains("using the embedded engine", "404",
                "./emfuse engine install").doesNotContain("\n");
        int asked = server.requests();
        assertThat(locator.locate(null).version()).contains("embedded");
        assertThat(server.requests()).as("asked again").isEqualTo(asked);
        assertThat(notices).hasSize(3).last().asString().contains("./emfuse engine install");
    }

    @Test
    void anEngineThatDoesNotLoadIsNotKept() throws IOException {
        server.with(LIBRARY, new byte[]{0x7f, 'E', 'L', 'F', 2, 1, 1, 0});
        assertThat(locator().locate(null).version()).contains("embedded");
        assertThat(notices.getLast()).contains("does not load here").doesNotContain("\n");
        assertThat(installed()).doesNotExist();
        assertThatThrownBy(() -> engines().install(null)).isInstanceOf(EngineException.class)
                .hasMessageContaining("does not load");
        assertThat(installed()).doesNotExist();
    }

    @Test
    void aRefusalIsRemembered() {
        engines().use("embedded");
        assertThat(locator().locate(null).version()).contains("embedded");
        assertThat(server.requests()).isZero();
        assertThat(notices).isEmpty();
        assertThat(locator().locate("cpu").path()).as("asked for").startsWith(installed());
        assertThat(locator().locate(null).version()).contains("embedded");
        engines().use("auto");
        assertThat(locator().locate(null).path()).startsWith(installed());
    }

    @Test
    void aBuildThatIsAskedForAndCannotBeFetchedIsAnError() {
        EngineLocator locator = locator();
        server.vanish();
        assertThatThrownBy(() -> locator.locate("cpu")).isInstanceOf(EngineException.class)
                .hasMessageContaining("404");
    }

    @Test
    void theListSaysWhatIsHereTriedAndInUse() {
        assertThat(engines().list()).extracting(InstalledEngine::name, InstalledEngine::installed,
                InstalledEngine::verified, InstalledEngine::inUse).containsExactly(row("embedded", true, false, true),
                        row("cpu", false, false, false));
        InstalledEngine cpu = engines().install("cpu");
        assertThat(cpu.verified()).isTrue();
        assertThat(cpu.systemInfo()).contains("AVX");
        assertThat(engines().list()).extracting(InstalledEngine::name, InstalledEngine::installed,
                InstalledEngine::verified, InstalledEngine::inUse).containsExactly(row("embedded", true, false, false),
                        row("cpu", true, true, true));
        engines().use("embedded");
        assertThat(engines().list()).extracting(InstalledEngine::name, InstalledEngine::installed,
                InstalledEngine::verified, InstalledEngine::inUse).containsExactly(row("embedded", true, true, true),
                        row("cpu", true, true, false));
    }

    private static Tuple row(Object... values) {
        return Tuple.tuple(values);
    }

    @Test
    void enginesOfTheUsersOwnAreChosenByNameOrPath() throws IOException {
        Path own = Files.createDirectories(cache.engines().resolve("mine"));
        Path library = Files.copy(TestEngine.EMBEDDED.load().path(), own.resolve("libllama.so"));
        engines().use("mine");
        assertThat(locator().locate(null).path()).isEqualTo(library);
        assertThat(engines().reason()).isEqualTo(EngineSelection.Reason.CHOICE);
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.copy(library, elsewhere.resolve("libllama.so"));
        engines().use(elsewhere.toString());
        assertThat(locator().locate(null).path()).startsWith(elsewhere);
        assertThat(engines().list()).filteredOn(InstalledEngine::inUse).singleElement()
                .returns(elsewhere.toString(), InstalledEngine::name);
        assertThatThrownBy(() -> engines().use("cup")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'cpu'");
        assertThat(locator().locate(null).path()).as("a mistake changes nothing").startsWith(elsewhere);
    }

    @Test
    void aRemovedEngineIsNotChosenAnyMore() {
        engines().use("cpu");
        engines().remove("cpu");
        assertThat(installed()).doesNotExist();
        assertThat(engines().reason()).isEqualTo(EngineSelection.Reason.NOTHING);
        assertThatThrownBy(() -> engines().remove("cpu")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engines().remove("embedded")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be removed");
    }
}
