package org.emfuse.rl.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The written bytes, read back by the format's definition: nothing here is shared with the writer. */
class EventFileTest {

    @TempDir
    Path folder;

    private record Event(double wallTime, long step, String version, Map<String, Float> scalars) {}

    /** CRC-32C bit by bit, reflected polynomial. */
    private static int crc(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        return ~crc;
    }

    private static int masked(byte[] bytes) {
        int crc = crc(bytes);
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static List<Event> read(byte[] bytes) throws IOException {
        List<Event> events = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(masked(length));
            byte[] data = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(masked(data));
            events.add(event(CodedInputStream.newInstance(data)));
        }
        return events;
    }

    private static Event event(CodedInputStream in) throws IOException {
        double wallTime = 0;
        long step = 0;
        String version = "";
        Map<String, Float> scalars = new LinkedHashMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> wallTime = in.readDouble();
                case 2 -> step = in.readInt64();
                case 3 -> version = in.readString();
                case 5 -> summary(in.readBytes().newCodedInput(), scalars);
                default -> throw new IOException("field " + WireFormat.getTagFieldNumber(tag));
            }
        }
        return new Event(wallTime, step, version, scalars);
    }

    private static void summary(CodedInputStream in, Map<String, Float> scalars) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            assertThat(WireFormat.getTagFieldNumber(tag)).isEqualTo(1);
            CodedInputStream value = in.readBytes().newCodedInput();
            assertThat(WireFormat.getTagFieldNumber(value.readTag())).isEqualTo(1);
            String name = value.readString();
            assertThat(WireFormat.getTagFieldNumber(value.readTag())).isEqualTo(2);
            scalars.put(name, value.readFloat());
            assertThat(value.isAtEnd()).isTrue();
        }
    }

    /** The check value of CRC-32C, and those of RFC 3720, B.4. */
    @Test
    void checkSumsOfThisTestAreRight() {
        assertThat(crc("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xe3069283);
        assertThat(crc(new byte[32])).isEqualTo(0x8a9136aa);
    }

    /** Every TensorBoard file begins so: a record of 24 bytes that tells the version. */
    @Test
    void beginsWithTheVersion() throws IOException {
        Path path = folder.resolve("events");
        new EventFile(path, 0).close();
        byte[] bytes = Files.readAllBytes(path);
        assertThat(bytes).startsWith(24, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22, 9);
        List<Event> events = read(bytes);
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().version()).isEqualTo("brain.Event:2");
    }

    @Test
    void scalarsAreReadBack() throws IOException {
        Path path = folder.resolve("events");
        Map<String, Double> two = new LinkedHashMap<>();
        two.put("evaluation/return", -150.25);
        two.put("evaluation/größe", 1e-30);
        try (EventFile file = new EventFile(path, 0)) {
            file.add(100, two);
            file.add(3_000_000_000L, Map.of("update/critic_loss", 0.1));
            assertThat(file.sync()).isEqualTo(Files.size(path));
        }
        List<Event> events = read(Files.readAllBytes(path));
        assertThat(events).extracting(Event::step).containsExactly(0L, 100L, 3_000_000_000L);
        assertThat(events.get(1).scalars())
                .isEqualTo(Map.of("evaluation/return", -150.25f, "evaluation/größe", 1e-30f));
        assertThat(events.get(2).scalars()).isEqualTo(Map.of("update/critic_loss", 0.1f));
        assertThat(events.get(2).wallTime()).isBetween(1.7e9, System.currentTimeMillis() / 1000.0);
    }

    @Test
    void goesOnWhereItWasCut() throws IOException {
        Path path = folder.resolve("events");
        long kept;
        try (EventFile file = new EventFile(path, 0)) {
            file.add(1, Map.of("a", 1.0));
            kept = file.sync();
            file.add(2, Map.of("a", 2.0));
        }
        try (EventFile file = new EventFile(path, kept)) {
            file.add(3, Map.of("a", 3.0));
        }
        assertThat(read(Files.readAllBytes(path))).extracting(Event::step).containsExactly(0L, 1L, 3L);
    }
}
