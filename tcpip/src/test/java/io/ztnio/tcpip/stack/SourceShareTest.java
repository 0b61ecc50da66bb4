package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.link.Route;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.BigEndian;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares of tables go by what a member of the network cannot multiply: its MAC address, and not its many IP addresses. */
class SourceShareTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long SERVER = 0x0200_0000_000aL;
    private static final long ATTACKER = 0x0200_0000_000cL;
    private static final long HONEST = 0x0200_0000_000dL;
    private static final long ROUTER = 0x0200_0000_000eL;
    private static final int PORT = 80;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    /** Of a listener, as {@code TcpConfig} has it. */
    private static final int HALF_OPEN = 1024;

    private Lan.Host server;
    private ListenerEndpoint listener;
    private long now = SECOND;

    @BeforeEach
    void listen() throws IOException {
        List<Route> routes = List.of(Lan.route("10.2.0.0/16", "10.1.0.254"), Lan.route("fd02::/16", "fd00::fe"));
        server = new Lan(1).host(SERVER, 2800, routes, "10.1.0.1/16", "fd00::1/64");
        listen(10);
    }

    private void listen(int backlog) throws IOException {
        if (listener != null) {
            listener.close();
        }
        listener = server.stack.openListener();
        listener.bind(socket("::", PORT));
        listener.listen(backlog);
        server.link.sent.clear();
    }

    private void frame(long mac, byte[] packet) {
        server.port.onFrame(mac, SERVER, WirePackets.etherType(packet), packet, 0, packet.length, now);
    }

    private void syn(long mac, String from, int port) {
        frame(mac, WirePackets.tcp(from, port, own(from), PORT, SYN, 1000, 0));
    }

    /** The whole handshake, if the server answers. */
    private boolean connect(long mac, String from, int port) {
        server.link.sent.clear();
        syn(mac, from, port);
        for (TestLink.Frame sent : server.link.sent) {
            byte[] packet = sent.payload();
            int at = WirePackets.headerLength(packet);
            if (packet.length > at + 13 && packet[at + 13] == (SYN | ACK)) {
                int iss = BigEndian.i32(packet, at + 4);
                frame(mac, WirePackets.tcp(from, port, own(from), PORT, ACK, 1001, iss + 1));
                return true;
            }
        }
        return false;
    }

    private static String own(String other) {
        return other.indexOf(':') < 0 ? "10.1.0.1" : "fd00::1";
    }

    private static String address(String prefix, int index) {
        return prefix.indexOf(':') < 0
                ? prefix + (index >>> 8) + "." + (index & 0xff)
                : prefix + Integer.toHexString(index);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.", "fd00::1:"})
    void aMemberWithManyAddressesHasHalfOfTheHalfOpenConnections(String prefix) {
        for (int i = 0; i < 3 * HALF_OPEN; i++) {
            syn(ATTACKER, address(prefix, 512 + i), 1000);
        }
        assertThat(server.stack.connections()).isEqualTo(HALF_OPEN / 2);

        syn(HONEST, address(prefix, 256), 1000);

        assertThat(server.stack.connections()).as("no cookie for others").isEqualTo(HALF_OPEN / 2 + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.2.", "fd02:0:0:"})
    void thoseBehindARouterAreOneEachByAddressOrPrefix(String prefix) {
        boolean v6 = prefix.indexOf(':') >= 0;
        // So that it is known who the router is.
        frame(ROUTER, WirePackets.udp(v6 ? "fd00::fe" : "10.1.0.254", 7, own(prefix), 7, 1));

        for (int i = 0; i < 3 * HALF_OPEN; i++) {
            syn(ROUTER, address(prefix, 512 + i) + (v6 ? "::1" : ""), 1000);
        }

        assertThat(server.stack.connections()).isEqualTo(HALF_OPEN);
    }

    @Test
    void oneSiteBehindARouterHasHalfWhateverItsAddresses() {
        frame(ROUTER, WirePackets.udp("fd00::fe", 7, "fd00::1", 7, 1));

        for (int i = 0; i < 3 * HALF_OPEN; i++) {
            syn(ROUTER, address("fd02::", 512 + i), 1000);
        }

        assertThat(server.stack.connections()).isEqualTo(HALF_OPEN / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.2.", "fd02:0:0:"})
    void whoSendsInTheNameOfThoseBehindARouterAnswersForItHimself(String prefix) {
        boolean v6 = prefix.indexOf(':') >= 0;
        frame(ROUTER, WirePackets.udp(v6 ? "fd00::fe" : "10.1.0.254", 7, own(prefix), 7, 1));

        for (int i = 0; i < 3 * HALF_OPEN; i++) {
            syn(ATTACKER, address(prefix, 512 + i) + (v6 ? "::1" : ""), 1000);
        }

        assertThat(server.stack.connections()).isEqualTo(HALF_OPEN / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.", "fd00::1:"})
    void aMemberThatFillsTheBacklogLeavesPlacesForOthers(String prefix) throws IOException {
        int filled = 0;
        for (int i = 0; i < 100; i++) {
            filled += connect(ATTACKER, address(prefix, 512 + i), 1000) ? 1 : 0;
        }
        assertThat(filled).as("one more than the backlog says").isEqualTo(11);

        assertThat(connect(HONEST, address(prefix, 256), 1000)).isTrue();
        assertThat(connect(ROUTER, address(prefix, 257), 1000)).isTrue();
        for (int i = 0; i < 13; i++) {
            assertThat(listener.accept()).as("connection %d", i).isNotNull();
        }
        assertThat(listener.accept()).isNull();
        assertThat(connect(ATTACKER, address(prefix, 700), 1000))
                .as("accepting makes room")
                .isTrue();
    }

    @Test
    void allTogetherFillTwiceTheBacklogAtMost() throws IOException {
        listen(1);
        int filled = 0;
        for (int i = 0; i < 100; i++) {
            filled += connect(HONEST + i, address("10.1.", 512 + i), 1000) ? 1 : 0;
        }

        assertThat(filled).isEqualTo(4);
    }
}
