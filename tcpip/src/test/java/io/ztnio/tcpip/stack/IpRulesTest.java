package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of the list of IP scenarios: fragments on the wire, claims to own addresses, binding, pings. */
class IpRulesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_000aL;
    private static final long B = 0x0200_0000_000bL;

    private final Lan lan = new Lan(13);
    private final Lan.Host host = lan.host(A, "10.1.0.1/24", "fd00::1/64");

    private void frame(int etherType, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        host.port.onFrame(B, A, etherType, bytes, 0, bytes.length, lan.now);
    }

    /** An IPv6 packet from fd00::2 with 16 bytes behind a fragment header. */
    private void fragment(int unitsAndMore) {
        frame(
                0x86dd,
                "6000000000182c40 fd000000000000000000000000000002 fd000000000000000000000000000001" + "1100"
                        + "%04x".formatted(unitsAndMore) + "00000007" + "00".repeat(16));
    }

    @Test
    void overlappingIpv6FragmentsLoseTheDatagram() {
        fragment(1);
        fragment(8 | 1);

        assertThat(host.drops(DropReason.FRAGMENT_OVERLAP)).isEqualTo(1);
        assertThat(host.link.sent).isEmpty();
    }

    @Test
    void incompleteIpv6DatagramIsForgottenAfterAMinute() {
        fragment(1);
        lan.run(59 * SECOND);
        assertThat(host.drops(DropReason.REASSEMBLY_TIMEOUT)).isZero();

        lan.run(2 * SECOND);

        assertThat(host.drops(DropReason.REASSEMBLY_TIMEOUT)).isEqualTo(1);
    }

    @Test
    void claimToAnOwnAddressIsNotLearned() {
        frame(0x0806, "0001080006040002 02000000000b 0a010001 02000000000a 0a010001");

        host.stack.ping(ip("10.1.0.1"), 8, SECOND, new Outcome(), lan.now);
        lan.run(SECOND);

        assertThat(host.link.sent).as("own address stays with us").isEmpty();
    }

    @Test
    void wildcardAndConcreteBindingsOfOnePortConflict() throws IOException {
        for (String first : List.of("0.0.0.0", "::")) {
            ListenerEndpoint listener = host.stack.openListener();
            listener.bind(socket(first, 700));
            listener.listen(1);
            for (String second : List.of("10.1.0.1", "fd00::1", "0.0.0.0", "::")) {
                ListenerEndpoint other = host.stack.openListener();
                assertThatThrownBy(() -> other.bind(socket(second, 700)))
                        .as("%s after %s", second, first)
                        .isInstanceOf(BindException.class)
                        .hasMessage("Address already in use");
            }
            listener.close();
        }
    }

    @Test
    void addressesOfBothVersionsMayHaveThePortEach() throws IOException {
        ListenerEndpoint ipv4 = host.stack.openListener();
        ListenerEndpoint ipv6 = host.stack.openListener();
        ipv4.bind(socket("10.1.0.1", 700));
        ipv6.bind(socket("fd00::1", 700));
        ipv4.listen(1);
        ipv6.listen(1);

        assertThat(ipv4.localAddress()).isNotEqualTo(ipv6.localAddress());
    }

    @Test
    void reusedAddressAllowsOneListenerAndSharedOnesAnyNumber() throws IOException {
        ListenerEndpoint first = host.stack.openListener();
        ListenerEndpoint second = host.stack.openListener();
        for (ListenerEndpoint each : List.of(first, second)) {
            each.option(StandardSocketOptions.SO_REUSEADDR, true);
            each.bind(socket("10.1.0.1", 700));
        }
        first.listen(1);
        assertThatThrownBy(() -> second.listen(1)).isInstanceOf(BindException.class);

        List<ListenerEndpoint> shared = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ListenerEndpoint each = host.stack.openListener();
            each.option(StandardSocketOptions.SO_REUSEPORT, true);
            each.bind(socket("10.1.0.1", 701));
            each.listen(1);
            shared.add(each);
        }
        ListenerEndpoint without = host.stack.openListener();
        assertThatThrownBy(() -> without.bind(socket("10.1.0.1", 701))).isInstanceOf(BindException.class);
        assertThat(shared).hasSize(3);
    }

    @Test
    void datagramWildcardsConflictAcrossVersions() throws IOException {
        DatagramEndpoint first = host.stack.openDatagram();
        first.bind(socket("0.0.0.0", 900));
        DatagramEndpoint second = host.stack.openDatagram();

        assertThatThrownBy(() -> second.bind(socket("fd00::1", 900)))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
    }

    @Test
    void pingFromAnyThreadIsAnsweredOrFails() throws InterruptedException {
        lan.host(B, "10.1.0.2/24");
        Outcome reached = new Outcome();
        Outcome unreachable = new Outcome();

        Thread other = new Thread(() -> {
            host.stack.ping(ip("10.1.0.2"), 56, 5 * SECOND, reached);
            host.stack.ping(ip("192.168.1.1"), 56, 5 * SECOND, unreachable);
        });
        other.start();
        other.join();
        lan.run(SECOND);

        assertThat(reached.from).isEqualTo(ip("10.1.0.2"));
        assertThat(unreachable.failure).isInstanceOf(NoRouteToHostException.class);
        assertThatThrownBy(() -> host.stack.ping(ip("10.1.0.2"), 65_508, SECOND, reached))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final class Outcome implements PingListener {
        InetAddress from;
        IOException failure;

        @Override
        public void onReply(InetAddress address, long nanos) {
            from = address;
        }

        @Override
        public void onFailure(IOException reason) {
            failure = reason;
        }
    }
}
