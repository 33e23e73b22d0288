package org.emfuse.llm.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.assertj.core.groups.Tuple;
import org.emfuse.llm.engine.EngineCatalog;
import org.emfuse.llm.engine.EngineException;
import org.emfuse.llm.engine.EnginePackage;
import org.emfuse.llm.engine.EngineRequest;
import org.emfuse.llm.engine.EngineSelection;
import org.emfuse.llm.model.CacheFolder;
import org.emfuse.llm.model.FileHashes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Fetching, trying, choosing and removing engines; the package holds the embedded library under a newer one's name. */
@DisabledIfEnvironmentVariable(named = EngineRequest.VARIABLE, matches = ".+")
@SuppressWarnings("NullAway.Init")
class EnginesTest {

    private static final byte[] BROKEN = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0};
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
        return engines(EngineRequest.NONE);
    }

    private Engines engines(EngineRequest request) {
        return new Engines(cache, trust(), notices::add, request, catalog());
    }

    private EngineRequest configured(String name) {
        return EngineRequest.ofConfiguration(name, folder.resolve("config.yaml"));
    }

    private static String inUse(Engines engines) {
        return engines.list().stream().filter(InstalledEngine::inUse).findFirst().orElseThrow().name();
    }

    private EngineLocator locator() {
        return new EngineLocator(cache, trust(), notices::add, catalog());
    }

    private Path installed() {
        return cache.engines().resolve("cpu-v1.0.0");
    }

    @Test
    void theFirstCommandFetchesTheNewerEngineAndSaysSo() {
        assertThat(locator().locate(EngineRequest.NONE).path()).startsWith(installed());
        assertThat(notices).singleElement().asString().contains("installing the faster engine", "v1.0.0", "with npm",
                "emfuse engine use embedded");
        int asked = server.requests();
        assertThat(locator().locate(EngineRequest.NONE).path()).startsWith(installed());
        assertThat(notices).hasSize(1);
        assertThat(server.requests()).isEqualTo(asked);
    }

    @Test
    void whereItCannotBeFetchedTheEmbeddedOneRunsAndTheTryIsNotRepeated() {
        EngineLocator locator = locator();
        server.vanish();
        assertThat(locator.locate(EngineRequest.NONE).version()).contains("embedded");
        assertThat(notices).hasSize(2).last().asString().contains("using the embedded engine", "404",
                "./emfuse engine install").doesNotContain("\n");
        int asked = server.requests();
        assertThat(locator.locate(EngineRequest.NONE).version()).contains("embedded");
        assertThat(server.requests()).as("asked again").isEqualTo(asked);
        assertThat(notices).hasSize(3).last().asString().contains("./emfuse engine install");
    }

    @Test
    void anEngineThatDoesNotLoadIsNotKept() throws IOException {
        server.with(LIBRARY, BROKEN);
        assertThat(locator().locate(EngineRequest.NONE).version()).contains("embedded");
        assertThat(notices.getLast()).contains("does not load here").doesNotContain("\n");
        assertThat(installed()).doesNotExist();
        assertThatThrownBy(() -> engines().install(null)).isInstanceOf(EngineException.class)
                .hasMessageContaining("does not load");
        assertThat(installed()).doesNotExist();
    }

    @Test
    void aRefusalIsRemembered() {
        engines().use("embedded");
        assertThat(locator().locate(EngineRequest.NONE).version()).contains("embedded");
        assertThat(server.requests()).isZero();
        assertThat(notices).isEmpty();
        assertThat(locator().locate(EngineRequest.ofOption("cpu")).path()).as("asked for").startsWith(installed());
        assertThat(locator().locate(EngineRequest.NONE).version()).contains("embedded");
        engines().use("auto");
        assertThat(locator().locate(EngineRequest.NONE).path()).startsWith(installed());
    }

    @Test
    void aBuildThatIsAskedForAndCannotBeFetchedIsAnError() {
        EngineLocator locator = locator();
        server.vanish();
        assertThatThrownBy(() -> locator.locate(EngineRequest.ofOption("cpu"))).isInstanceOf(EngineException.class)
                .hasMessageContaining("404");
    }

    @Test
    void aBuildThatIsAskedForAndDoesNotLoadIsAnErrorAndNotKept() {
        server.with(LIBRARY, BROKEN);
        assertThatThrownBy(() -> locator().locate(EngineRequest.ofOption("cpu"))).isInstanceOf(EngineException.class)
                .hasMessageContaining("named on the command line").hasMessageContaining("does not load")
                .hasMessageContaining("--engine embedded").message().doesNotContain("fetch it anew");
        assertThat(installed()).doesNotExist();
    }

    @Test
    void aChoiceThatDoesNotLoadAnyMoreIsReplacedWithALineButStays() throws IOException {
        engines().use("cpu");
        Files.write(installed().resolve("libllama.so"), BROKEN);
        notices.clear();
        assertThat(locator().locate(EngineRequest.NONE).version()).contains("embedded");
        assertThat(notices).singleElement().asString().contains("chosen with 'engine use'", "does not load",
                "using the embedded one", "./emfuse engine install cpu", "./emfuse engine use auto")
                .doesNotContain("\n");
        assertThatThrownBy(() -> locator().locate(configured("cpu"))).isInstanceOf(EngineException.class)
                .hasMessageContaining("chosen in the configuration file").hasMessageContaining("config.yaml")
                .hasMessageContaining("To fetch it anew: ./emfuse engine install cpu");
        assertThat(installed().resolve("libllama.so")).as("it was here before").hasBinaryContent(BROKEN);
    }

    @Test
    void aBuildThatDoesNotLoadAnyMoreIsFetchedAnew() throws IOException {
        engines().install("cpu");
        Path library;
        try (Stream<Path> files = Files.walk(installed())) {
            library = files.filter(file -> file.endsWith("libllama.so")).findFirst().orElseThrow();
        }
        byte[] sound = Files.readAllBytes(library);
        Files.write(library, BROKEN);
        notices.clear();
        assertThat(engines().install("cpu").verified()).isTrue();
        assertThat(notices).singleElement().asString().contains("does not load", "anew with npm")
                .doesNotContain("\n");
        assertThat(library).hasBinaryContent(sound);
        try (Stream<Path> left = Files.list(cache.engines())) {
            assertThat(left.map(file -> file.getFileName().toString())).contains("cpu-v1.0.0")
                    .noneMatch(name -> name.startsWith(".fetch") || name.startsWith(".remove"));
        }
        Files.write(library, BROKEN);
        server.with(LIBRARY, BROKEN);
        assertThatThrownBy(() -> engines().install("cpu")).hasMessageContaining("so it was not kept");
        assertThat(installed()).doesNotExist();
    }

    @Test
    void aBuildThatDoesNotLoadStaysWhereNothingBetterCanBeFetched() throws IOException {
        Files.write(Files.createDirectories(installed()).resolve("libllama.so"), BROKEN);
        server.vanish();
        assertThatThrownBy(() -> engines().install("cpu")).isInstanceOf(EngineException.class)
                .hasMessageContaining("404");
        assertThat(installed().resolve("libllama.so")).hasBinaryContent(BROKEN);
    }

    @Test
    void aChoiceWithoutALibraryIsReplacedWithALine() throws IOException {
        Path own = Files.createDirectories(cache.engines().resolve("mine"));
        Path library = Files.copy(TestEngine.EMBEDDED.load().path(), own.resolve("libllama.so"));
        engines().use("mine");
        Files.delete(library);
        notices.clear();
        assertThat(locator().locate(EngineRequest.NONE).version()).contains("embedded");
        assertThat(notices).singleElement().asString().contains("'engine use'", "no libllama");
        assertThatThrownBy(() -> locator().locate(EngineRequest.ofOption("mine"))).hasMessageContaining("no libllama");
        Files.delete(own);
        notices.clear();
        assertThat(locator().locate(EngineRequest.NONE).version()).contains("embedded");
        assertThat(notices).singleElement().asString().contains("'engine use'", "does not exist any more");
        assertThat(inUse(engines())).isEqualTo("embedded");
        assertThat(engines().reason()).isEqualTo("mine, chosen with 'engine use', is not here");
    }

    @Test
    void namesThatNobodyHasAreSaidWithThoseThatThereAre() throws IOException {
        Files.createDirectories(cache.engines().resolve("mine"));
        assertThatThrownBy(() -> locator().locate(EngineRequest.ofOption("cup")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("there is no engine 'cup' for here")
                .hasMessageContaining("did you mean 'cpu'? Known: embedded, cpu, mine");
        assertThatThrownBy(() -> locator().locate(configured("/nowhere/libllama.so")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'/nowhere/libllama.so'")
                .hasMessageContaining("chosen in the configuration file " + folder.resolve("config.yaml"));
    }

    @Test
    void theConfigurationGoesBeforeTheChoiceAndTheListSaysSo() {
        engines().use("cpu");
        assertThat(inUse(engines(configured("embedded")))).isEqualTo("embedded");
        assertThat(engines(configured("embedded")).reason()).contains("in the configuration file", "config.yaml");
        assertThat(locator().locate(configured("embedded")).version()).contains("embedded");
        engines().remove("cpu");
        assertThat(engines(configured("cpu")).list()).extracting(InstalledEngine::name, InstalledEngine::installed,
                InstalledEngine::inUse)
                .containsExactly(row("embedded", true, false), row("cpu", false, true));
        assertThat(locator().locate(configured("cpu")).path()).startsWith(installed());
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
        assertThat(locator().locate(EngineRequest.NONE).path()).isEqualTo(library);
        assertThat(engines().selection().reason()).isEqualTo(EngineSelection.Reason.CHOICE);
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.copy(library, elsewhere.resolve("libllama.so"));
        engines().use(elsewhere.toString());
        assertThat(locator().locate(EngineRequest.NONE).path()).startsWith(elsewhere);
        assertThat(engines().list()).filteredOn(InstalledEngine::inUse).singleElement()
                .returns(elsewhere.toString(), InstalledEngine::name);
        assertThatThrownBy(() -> engines().use("cup")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'cpu'");
        assertThat(locator().locate(EngineRequest.NONE).path()).as("a mistake changes nothing").startsWith(elsewhere);
    }

    @Test
    void aRemovedEngineIsNotChosenAnyMore() {
        engines().use("cpu");
        engines().remove("cpu");
        assertThat(installed()).doesNotExist();
        assertThat(engines().selection().reason()).isEqualTo(EngineSelection.Reason.NOTHING);
        assertThatThrownBy(() -> engines().remove("cpu")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> engines().remove("embedded")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be removed");
    }
}
