package io.ztnio.tools.cli.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.tools.cli.CommandRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The capture holds three nodes of the reference implementation: join, ping and HTTP. */
@Tag("any-jdk")
class DecodeCommandTest {
    private static final List<String> SECRETS =
            List.of("root_and_controller.secret", "member_m.secret", "member_a.secret");
    private static final String MEMBER_A = "6a18281288";

    @TempDir
    Path directory;

    private String capture;

    @BeforeEach
    void copyInputs() throws IOException {
        capture = copy("join-ping-http.pcap");
        for (String secret : SECRETS) {
            copy(secret);
        }
    }

    private String copy(String name) throws IOException {
        try (InputStream in = DecodeCommandTest.class.getResourceAsStream(name)) {
            Files.copy(in, directory.resolve(name));
        }
        return directory.resolve(name).toString();
    }

    private CommandRun decode(boolean json, List<String> secrets) {
        List<String> arguments = new ArrayList<>(List.of("decode", capture));
        if (json) {
            arguments.add("-j");
        }
        if (!secrets.isEmpty()) {
            arguments.add("--identity");
            secrets.forEach(secret -> arguments.add(directory.resolve(secret).toString()));
        }
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static List<Map<String, Object>> objects(CommandRun run) throws IOException {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (String line : run.outLines()) {
            objects.add(JSON.std.mapFrom(line));
        }
        return objects;
    }

    @Test
    void allIdentitiesReadEveryPacket() throws IOException {
        CommandRun run = decode(true, SECRETS);

        assertThat(run.exitCode()).isZero();
        List<Map<String, Object>> packets = objects(run);
        assertThat(packets)
                .hasSizeGreaterThan(50)
                .allSatisfy(packet -> assertThat(packet)
                        .containsOnlyKeys(
                                "time", "source", "destination", "packetId", "cipher", "verb", "size", "status", "body")
                        .containsEntry("status", "ok"));
        assertThat(packets)
                .extracting(packet -> packet.get("verb"))
                .contains("HELLO", "OK", "WHOIS", "NETWORK_CONFIG_REQUEST", "FRAME", "MULTICAST_FRAME");
    }

    @Test
    void bodiesHaveTheVerbsFields() throws IOException {
        List<Map<String, Object>> packets = objects(decode(true, SECRETS));

        assertThat(packets)
                .filteredOn(packet -> packet.get("verb").equals("NETWORK_CONFIG_REQUEST"))
                .isNotEmpty()
                .allSatisfy(packet -> assertThat(((Map<?, ?>) packet.get("body")).get("networkId"))
                        .isEqualTo("5bdbfd3d29000001"));
    }

    @Test
    void peopleGetOneLineForEachPacket() {
        CommandRun run = decode(false, SECRETS);

        assertThat(run.outLines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .matches("\\S+Z +[0-9a-f]{10} > [0-9a-f]{10} [0-9a-f]{16} \\S+ +[A-Z_]+ +\\d+ ok"));
    }

    @Test
    void onlyPacketsOfTheGivenIdentitiesAreRead() throws IOException {
        List<Map<String, Object>> all = objects(decode(true, SECRETS));

        List<Map<String, Object>> packets = objects(decode(true, List.of("member_a.secret")));

        assertThat(packets).hasSameSizeAs(all);
        assertThat(packets).allSatisfy(packet -> {
            boolean own = packet.get("source").equals(MEMBER_A)
                    || packet.get("destination").equals(MEMBER_A);
            assertThat(packet.get("status")).isEqualTo(own ? "ok" : "no identity with a secret for either end");
            assertThat(packet.containsKey("body")).isEqualTo(own);
        });
    }

    @Test
    void withoutAnyIdentityPacketsAreListedWithTheReason() throws IOException {
        List<Map<String, Object>> packets = objects(decode(true, List.of()));

        assertThat(packets)
                .isNotEmpty()
                .allSatisfy(packet ->
                        assertThat(packet).containsEntry("status", "no identity with a secret for either end"));
        assertThat(packets).extracting(packet -> packet.get("verb")).contains("HELLO", "-");
    }

    @Test
    void aTruncatedCaptureTellsOfMissingFragments() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(capture));
        List<Map<String, Object>> all = objects(decode(true, SECRETS));
        boolean incompleteSeen = false;
        for (int length = whole.length - 1; length > whole.length / 2 && !incompleteSeen; length -= 997) {
            Files.write(Path.of(capture), Arrays.copyOf(whole, length));
            List<Map<String, Object>> packets = objects(decode(true, SECRETS));
            assertThat(packets).hasSizeLessThanOrEqualTo(all.size());
            incompleteSeen = packets.stream().anyMatch(p -> p.get("status").equals("fragments missing"));
        }

        assertThat(incompleteSeen).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"capture-null.pcap", "capture-sll2.pcap"})
    void capturesOfOtherLinkTypesHoldTheSamePackets(String name) throws IOException {
        List<Map<String, Object>> ethernet = objects(decode(true, SECRETS));
        capture = copy(name);

        List<Map<String, Object>> packets = objects(decode(true, SECRETS));

        assertThat(packets).hasSize(59).isEqualTo(ethernet.subList(0, 59));
    }

    @Test
    void aLinkTypeThatIsNotUnderstoodIsToldAndIsAFailureIfNothingElseIsThere() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(capture));
        bytes[20] = 127;
        Files.write(Path.of(capture), bytes);

        CommandRun run = decode(false, SECRETS);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).containsPattern("skipped \\d+ packets of link type 127 \\(IEEE802_11_RADIOTAP\\)");
        CommandRun json = decode(true, SECRETS);
        assertThat(JSON.std.mapFrom(json.err().lines().findFirst().orElseThrow()))
                .containsKey("info");
    }

    @Test
    void aCaptureWithoutAnythingOfTheProtocolIsNoFailureAndSaysSo() throws IOException {
        Files.write(Path.of(capture), Arrays.copyOf(Files.readAllBytes(Path.of(capture)), 24));

        CommandRun run = decode(false, SECRETS);

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("no packet of the protocol among 0 packets");
    }

    @Test
    void whatIsNoCaptureIsRefused() throws IOException {
        Files.writeString(Path.of(capture), "this is not a capture file at all");

        CommandRun run = decode(false, List.of());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("neither a pcap nor a pcapng file");
    }

    @Test
    void aFileThatHoldsNoIdentityIsRefused() throws IOException {
        Files.writeString(directory.resolve("member_a.secret"), "nonsense");

        CommandRun run = decode(false, List.of("member_a.secret"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("member_a.secret has a line that is not an identity");
    }
}
