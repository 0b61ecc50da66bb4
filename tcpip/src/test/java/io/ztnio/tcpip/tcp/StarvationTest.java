package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thousands of connections that hold what memory they can get leave an honest one enough to go on, while and after. */
@Tag("any-jdk")
class StarvationTest {
    private static final int UNREAD = 1300;
    private static final int CLOSED_WINDOWS = 3000;
    private static final int OWN_PORT = 8080;
    private static final int WINDOW_BYTES = 64_000;
    private static final String SYN = "S 0:0 " + ScriptedPeer.OFFER;

    private final ScriptedPeer peer = new ScriptedPeer(ScriptedPeer.config().memoryBytes(64 << 20));

    private InetAddress attacker(int index, int addresses) throws Exception {
        int number = index % addresses;
        return InetAddress.getByAddress(new byte[] {10, 9, (byte) (number >> 8), (byte) number});
    }

    private int attack(InetAddress from, int port, String acknowledgment) {
        peer.injectFrom(from, SegmentText.build(SYN, port, OWN_PORT, 0, 0, 0));
        int iss = peer.ownIss;
        peer.injectFrom(from, SegmentText.build(acknowledgment, port, OWN_PORT, 0, iss, 7));
        peer.accept();
        return iss;
    }

    private void leaveUnread(InetAddress from, int port) {
        int iss = attack(from, port, ". 1:0 ack 1");
        for (int at = 1; at < WINDOW_BYTES; at += 1000) {
            peer.injectFrom(from, SegmentText.build(". " + at + ":1000 ack 1", port, OWN_PORT, 0, iss, 7));
        }
    }

    private void closeWindow(InetAddress from, int port, List<StreamEndpoint> writers) {
        attack(from, port, ". 1:0 ack 1 win 0");
        writers.add(peer.stream);
        int taken = 1;
        while (taken > 0) {
            taken = peer.write(WINDOW_BYTES);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false", "40, true"})
    void anHonestStreamGoesOnBothWays(int addresses, boolean closing) throws Exception {
        peer.listen(10);
        peer.recording = false;
        List<StreamEndpoint> writers = new ArrayList<>();
        for (int i = 0; i < UNREAD; i++) {
            leaveUnread(attacker(i, addresses), 1000 + i);
        }
        for (int i = 0; i < CLOSED_WINDOWS; i++) {
            closeWindow(attacker(i, addresses), 10_000 + i, writers);
        }
        assertThat(peer.layer.flowCount()).isEqualTo(UNREAD + CLOSED_WINDOWS);
        if (closing) {
            writers.forEach(StreamEndpoint::close);
        }
        peer.recording = true;
        peer.stream = null;
        peer.emitted.clear();

        peer.establish(1 << 20);
        int ownPort = peer.ownPort;
        long first = peer.probe().sendNext();
        long sent = 0;
        long received = 0;
        for (int round = 0; round < 1000; round++) {
            peer.write(20_000);
            sent = peer.probe().sendNext() - first;
            peer.send(". " + (1 + received) + ":1000 ack " + (1 + sent) + " win 1048576");
            peer.send(". " + (1001 + received) + ":1000 ack " + (1 + sent) + " win 1048576");
            ByteBuffer into = ByteBuffer.allocate(4000);
            received += Math.max(0, peer.stream.read(into));
            peer.emitted.clear();
            peer.recording = false;
            peer.advanceMillis(20);
            peer.recording = true;
            peer.ownPort = ownPort;
        }

        assertThat(sent).as("bytes sent in 20 s").isGreaterThan(3_000_000);
        assertThat(received).as("bytes received in 20 s").isGreaterThan(1_900_000);
    }
}
