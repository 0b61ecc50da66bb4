package io.ztnio.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ztnio.it.lab.Await;
import io.ztnio.it.lab.ControlledNode;
import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.NodeKind;
import io.ztnio.it.lab.RealDaemon;
import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.lab.TwoMembers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code tcpdump} sees of our node among daemons is explained, packet for packet, by {@code decode}. */
@RealDaemon
@Tag("any-jdk")
class CaptureIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource(NodeKind.class)
    void everyPacketOfANodesLifeIsExplained(NodeKind controller) throws IOException {
        assumeTrue(
                List.of("/usr/bin/tcpdump", "/usr/sbin/tcpdump").stream().anyMatch(path -> Files.exists(Path.of(path))),
                "no tcpdump");
        try (TwoMembers net = new TwoMembers(controller, true)) {
            Path file = net.lab().newDirectory("capture").resolve("own.pcap");
            Path all = net.lab().newDirectory("capture").resolve("root.pcap");
            RunningProcess capture = capture(net.own(), file);
            RunningProcess atRoot = capture(net.root(), all);
            live(net);
            for (RunningProcess each : List.of(capture, atRoot)) {
                each.terminate();
                each.awaitExit(TIMEOUT);
            }

            for (Path captured : List.of(file, all)) {
                List<String> lines = decode(net, captured);
                System.out.println(controller + ", " + captured.getFileName() + ": " + lines.size() + " packets of "
                        + lines.stream().map(line -> line.split(" +", -1)[6]).collect(Collectors.toSet()));
                assertThat(lines).hasSizeGreaterThan(10).allMatch(line -> line.endsWith(" ok"));
                assertThat(lines).noneMatch(line -> line.contains("UNKNOWN"));
            }
        }
    }

    private static RunningProcess capture(ControlledNode at, Path file) {
        RunningProcess capture =
                at.host().start(List.of("tcpdump", "-i", "eth0", "-U", "-w", file.toString(), "udp"), "");
        capture.awaitLine("listening on", TIMEOUT);
        return capture;
    }

    /** Frames of all sizes, a change of the network, a third member that nobody knows, and one that is put out. */
    private static void live(TwoMembers net) {
        String own = net.ipv4(net.own());
        net.daemon().host().ping(own, 3);
        net.daemon().host().ping(own, 3, 2700);
        net.configure("{\"tags\": [{\"id\": 100, \"default\": 7}], \"multicastLimit\": 20}");
        ControlledNode third = NodeKind.DAEMON.member(net.lab().java2(), net.planet());
        net.admit(third);
        third.host().awaitPing(own, TIMEOUT);
        net.root().authorize(net.network(), third.address(), false);
        Await.until("the third is out", TIMEOUT, () -> third.host().ping(own, 2).received() == 0);
        Path key = third.home().resolve("identity.secret");
        try {
            Files.copy(key, net.own().home().resolve("third.secret"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> decode(TwoMembers net, Path file) {
        return JavaProgram.cli("decode", file.toString(), "--identity")
                .with(net.own().home().resolve("identity.secret").toString())
                .with(net.own().home().resolve("third.secret").toString())
                .with(net.daemon().home().resolve("identity.secret").toString())
                .with(net.root().home().resolve("identity.secret").toString())
                .start()
                .awaitExit(TIMEOUT)
                .orThrow()
                .output()
                .lines()
                .filter(line -> line.startsWith("20"))
                .toList();
    }
}
