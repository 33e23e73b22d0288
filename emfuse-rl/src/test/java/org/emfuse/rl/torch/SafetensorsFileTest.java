package org.emfuse.rl.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of tensors: round trips, the official writer's bytes, and files that lie. */
class SafetensorsFileTest {

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsRead() {
        try (TorchScope _ = new TorchScope()) {
            TorchRandom random = new TorchRandom(1);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            tensors.put("weights", random.normal(3, 5).transpose(0, 1)); // not contiguous
            tensors.put("half", random.normal(4).to(DType.BFLOAT16));
            tensors.put("double", random.normal(2, 1, 2).to(DType.FLOAT64));
            tensors.put("state", random.state());
            tensors.put("steps", Tensors.of(new long[]{Long.MAX_VALUE}, 1));
            tensors.put("empty", Tensors.zeros(0, 3));
            tensors.put("scalar", Tensors.scalar(2.5));
            Path file = folder.resolve("all.safetensors");
            SafetensorsFile.write(file, tensors, Map.of("note", "größer \"so\""));
            SafetensorsFile read = SafetensorsFile.open(file);
            assertThat(read.names()).isEqualTo(tensors.keySet());
            assertThat(read.metadata()).containsExactly(Map.entry("note", "größer \"so\""));
            tensors.forEach((name, tensor) -> assertThat(read.tensor(name).sameAs(tensor)).as(name).isTrue());
            assertThat(folder.toFile().list()).containsExactly("all.safetensors");
        }
    }

    /** Whatever the order of a map, which for some differs from one start of the program to the next. */
    @Test
    void equalContentsGiveEqualFiles() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("a", "1");
        texts.put("b", "2");
        Path one = folder.resolve("one");
        Path other = folder.resolve("other");
        try (TorchScope _ = new TorchScope()) {
            SafetensorsFile.write(one, Map.of("x", Tensors.zeros(2)), texts);
            texts.put("a", Objects.requireNonNull(texts.remove("a")));
            SafetensorsFile.write(other, Map.of("x", Tensors.zeros(2)), texts);
        }
        assertThat(other).hasSameBinaryContentAs(one);
    }

    /** Bytes that the official writer (safetensors 0.8 for Python) gives for {@code {"x": [[1, 2]]}} and metadata a = b. */
    @Test
    void theOfficialWritersFileIsRead() throws IOException {
        Path file = Files.write(folder.resolve("official"), HexFormat.of().parseHex("""
                58000000000000007b225f5f6d657461646174615f5f223a7b2261223a2262227d2c2278223a7b226474797065\
                223a22463332222c227368617065223a5b312c325d2c22646174615f6f666673657473223a5b302c385d7d7d20\
                2020202020200000803f00000040"""));
        assertThat(SafetensorsFile.open(file).metadata()).containsExactly(Map.entry("a", "b"));
        try (Tensor x = SafetensorsFile.open(file).tensor("x", 1, 2)) {
            assertThat(x.toFloats()).containsExactly(1, 2);
        }
    }

    @Test
    void aMissingTensorOrAnotherShapeIsNamed() throws IOException {
        Path file = write("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file).tensor("y")).hasMessageContaining("has no tensor y")
                .hasMessageContaining("[x]");
        assertThatThrownBy(() -> SafetensorsFile.open(file).tensor("x", 3))
                .hasMessageContaining("shape [2], expected [3]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}                        | needs 12 bytes
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,9]}}                        | do not lie within
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}                        | do not lie within
            {"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                        | leave a gap at byte 0
            {"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}                        | take 4 bytes, the file holds 8
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | overlap
            {"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}    | impossible shape
            {"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}                       | whole numbers
            {"x":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}                      | whole numbers
            {"x":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}                    | elements of type 'F8_E4M3'
            {"x":{"shape":[2]}}                                                           | elements of type ''
            {"x":5}                                                                       | elements of type ''
            [1,2]                                                                         | not a JSON object
            {"x":                                                                         | not JSON
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} {}                     | not JSON
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | each name once
            {"x":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}            | each name once
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}                       | whole numbers
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775808]}}      | whole numbers
            {"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}                      | do not lie within
            {"x":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}                        | no list of numbers shape
            {"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}} | no list of numbers shape
            {"x":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}                            | elements of type '4'
            {"__metadata__":{"a":5},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | not an object of texts
            {"__metadata__":[],"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}      | not an object of texts
            {}                                                                            | take 0 bytes, the file holds 8
            """)
    void aHeaderThatLiesIsRefused(String header, String message) throws IOException {
        Path file = write(header, new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString()).hasMessageContaining(message);
    }

    @Test
    void aHeaderOfThousandsOfLevelsIsRefused() throws IOException {
        Path file = write("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not JSON");
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() throws IOException {
        byte[] header = "{\"?\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
                .getBytes(StandardCharsets.UTF_8);
        header[2] = (byte) 0xff;
        Path file = write(header, new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void namesKeepTheOrderOfTheFile() {
        try (TorchScope _ = new TorchScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (String name : new String[]{"z", "a", "m", "b", "y", "c"}) {
                tensors.put(name, Tensors.scalar(1));
            }
            Path file = folder.resolve("order.safetensors");
            SafetensorsFile.write(file, tensors, Map.of());
            assertThat(SafetensorsFile.open(file).names()).containsExactlyElementsOf(tensors.keySet());
        }
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("kept"), "old");
        Tensor closed = Tensors.zeros(2);
        Tensor open = Tensors.zeros(2);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("open", open);
        tensors.put("closed", closed);
        closed.close();
        assertThatThrownBy(() -> SafetensorsFile.write(file, tensors, Map.of()))
                .isInstanceOf(IllegalStateException.class);
        open.close();
        assertThat(folder.toFile().list()).containsExactly("kept");
        assertThat(file).hasContent("old");
    }

    @Test
    void aDeclaredLengthBeyondTheFileIsRefusedBeforeItIsBelieved() throws IOException {
        for (long length : new long[]{-1, Long.MAX_VALUE, 1L << 40, 99_999_999, 0}) {
            Path file = folder.resolve("long" + length);
            Files.write(file, ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
            assertThatThrownBy(() -> SafetensorsFile.open(file)).hasMessageContaining("declares a header of");
        }
        Path tiny = Files.write(folder.resolve("tiny"), new byte[5]);
        assertThatThrownBy(() -> SafetensorsFile.open(tiny)).hasMessageContaining("5 bytes");
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none"))).hasMessageContaining("does not exist");
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = Files
                .readAllBytes(write("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", new byte[8]));
        for (int length = 0; length < whole.length; length++) {
            Path file = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SafetensorsFile.open(file)).as("%d bytes", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Path write(String header, byte[] data) throws IOException {
        return write(header.getBytes(StandardCharsets.UTF_8), data);
    }

    private Path write(byte[] text, byte[] data) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(8 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(text.length).put(text).put(data);
        return Files.write(Files.createTempFile(folder, "t", ".safetensors"), all.array());
    }
}
