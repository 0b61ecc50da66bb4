package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.config;
import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.PingListener;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.link.WrappedLink;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.IpAddresses;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Link-local addresses of links that have a scope: the scope says which link is meant (RFC 4007). */
class LinkLocalTest {
    private static final int FIRST = 1_073_741_825;
    private static final int SECOND = 1_073_741_826;
    private static final int UNKNOWN = 1_073_741_999;
    private static final String NEAR = "fe80::1%" + FIRST;
    private static final String FAR = "fe80::2%" + FIRST;
    private static final String ON_SECOND = "fe80::3%" + SECOND;

    private final Lan lan = scoped(new Lan(61));
    private final Lan.Host near = lan.host(0x0200_0000_000aL, NEAR + "/64", "fd00::1/64");
    private final Lan.Host far = lan.host(0x0200_0000_000bL, FAR + "/64", "fd00::2/64");
    private final TestLink second = new TestLink(0x0200_0000_001aL).scoped(SECOND);
    private final LinkPort secondPort = near.stack.attach(second);

    LinkLocalTest() {
        secondPort.configure(config(2800, List.of(), ON_SECOND + "/64"), lan.now);
        lan.run(1_000_000);
        second.sent.clear();
    }

    private static Lan scoped(Lan lan) {
        lan.wrapping = LinkLocalTest::scoped;
        return lan;
    }

    private static WrappedLink scoped(Link link) {
        return new WrappedLink(link) {
            @Override
            public int scopeId() {
                return FIRST;
            }
        };
    }

    private static InetAddress address(String text) throws IOException {
        return InetAddress.getByName(text);
    }

    private static int scope(InetSocketAddress address) {
        return ((Inet6Address) address.getAddress()).getScopeId();
    }

    private List<String> ping(String remote) throws IOException {
        List<String> outcome = new ArrayList<>();
        PingListener listener = new PingListener() {
            @Override
            public void onReply(InetAddress from, long roundTripNanos) {
                outcome.add(from.getHostAddress());
            }

            @Override
            public void onFailure(IOException reason) {
                outcome.add(reason.getClass().getSimpleName());
            }
        };
        near.stack.ping(address(remote), 8, 1_000_000_000, listener);
        lan.run(5_000_000_000L);
        return outcome;
    }

    @Test
    void anAddressIsMadeOfTheMac() {
        InetAddress made = IpAddresses.linkLocal(0x3e12_3456_789aL, FIRST);

        assertThat(made.getHostAddress()).isEqualTo("fe80:0:0:0:3c12:34ff:fe56:789a%" + FIRST);
    }

    @Test
    void itAnswersPings() throws IOException {
        assertThat(ping(FAR)).containsExactly("fe80:0:0:0:0:0:0:2%" + FIRST);
        assertThat(second.sent).isEmpty();
    }

    @Test
    void theScopeSaysWhichLink() throws IOException {
        assertThat(ping("fe80::2%" + SECOND)).containsExactly("SocketTimeoutException");

        assertThat(second.sent).isNotEmpty();
        assertThat(near.link.sent).noneMatch(frame -> frame.hex().contains("fe80000000000000" + "0000000000000002"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe80::2", "fe80::2%" + UNKNOWN, "fe80::1%" + SECOND, "ff02::1%" + UNKNOWN})
    void withoutAKnownScopeNothingIsSent(String remote) throws IOException {
        near.link.sent.clear();
        DatagramEndpoint endpoint = near.stack.openDatagram();

        if (remote.equals("fe80::1%" + SECOND)) {
            // Our own address, said to be on the other link: a neighbour may have it there.
            endpoint.send(ByteBuffer.allocate(1), socket(remote, 9));
            lan.run(1_000_000);
            assertThat(near.link.sent).isEmpty();
            return;
        }
        assertThatThrownBy(() -> endpoint.send(ByteBuffer.allocate(1), socket(remote, 9)))
                .isInstanceOf(NoRouteToHostException.class);
        lan.run(1_000_000);
        assertThat(near.link.sent).isEmpty();
        assertThat(second.sent).isEmpty();
    }

    @Test
    void datagramsComeWithTheScopeAndAreAnswered() throws IOException {
        DatagramEndpoint client = near.stack.openDatagram();
        DatagramEndpoint server = far.stack.openDatagram();
        server.bind(new InetSocketAddress(7));

        client.send(ByteBuffer.wrap(new byte[] {1, 2}), socket(FAR, 7));
        lan.run(10_000_000);
        ByteBuffer buffer = ByteBuffer.allocate(10);
        InetSocketAddress from = server.receive(buffer);
        assertThat(from.getAddress()).isEqualTo(address(NEAR));
        assertThat(scope(from)).isEqualTo(FIRST);
        server.send(buffer.flip(), from);
        lan.run(10_000_000);

        assertThat(client.receive(ByteBuffer.allocate(10)).getAddress()).isEqualTo(address(FAR));
    }

    @Test
    void oneEndpointSendsToTheSameAddressOnTwoLinks() throws IOException {
        DatagramEndpoint client = near.stack.openDatagram();
        DatagramEndpoint server = far.stack.openDatagram();
        server.bind(new InetSocketAddress(7));

        for (int i = 0; i < 2; i++) {
            client.send(ByteBuffer.allocate(1), socket("fe80::2%" + SECOND, 7));
            client.send(ByteBuffer.allocate(2), socket(FAR, 7));
        }
        lan.run(10_000_000);

        for (int i = 0; i < 2; i++) {
            ByteBuffer buffer = ByteBuffer.allocate(10);
            assertThat(server.receive(buffer)).isNotNull();
            assertThat(buffer.position()).isEqualTo(2);
        }
        assertThat(server.receive(ByteBuffer.allocate(10))).isNull();
    }

    @Test
    void streamsShowTheScope() throws IOException {
        ListenerEndpoint listener = far.stack.openListener();
        listener.bind(socket(FAR, 80));
        listener.listen(5);
        StreamEndpoint client = near.stack.openStream();
        client.connect(socket(FAR, 80));
        lan.run(1_000_000_000);

        assertThat(client.finishConnect()).isTrue();
        StreamEndpoint accepted = listener.accept();
        assertThat(scope(client.localAddress())).isEqualTo(FIRST);
        assertThat(scope(client.remoteAddress())).isEqualTo(FIRST);
        assertThat(scope(accepted.localAddress())).isEqualTo(FIRST);
        assertThat(scope(accepted.remoteAddress())).isEqualTo(FIRST);
        assertThat(scope(listener.localAddress())).isEqualTo(FIRST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe80::1%" + SECOND, "fe80::1%" + UNKNOWN, "fe80::9%" + FIRST})
    void whatIsNoAddressOfThatLinkIsNotBoundTo(String local) throws IOException {
        DatagramEndpoint datagrams = near.stack.openDatagram();
        ListenerEndpoint listener = near.stack.openListener();

        assertThatThrownBy(() -> datagrams.bind(socket(local, 0))).isInstanceOf(BindException.class);
        assertThatThrownBy(() -> listener.bind(socket(local, 0))).isInstanceOf(BindException.class);
    }

    /** Two networks may make the same MAC address of a member: their connections could not be told apart. */
    @Test
    void theSameAddressOnASecondLinkIsLeftOut() throws IOException {
        secondPort.configure(config(2800, List.of(), "fe80::1%" + SECOND + "/64", "fd01::1/64"), lan.now);
        DatagramEndpoint datagrams = near.stack.openDatagram();

        assertThatThrownBy(() -> datagrams.bind(socket("fe80::1%" + SECOND, 0))).isInstanceOf(BindException.class);
        datagrams.bind(socket(NEAR, 0));
        assertThat(near.stack.isLocal(address("fd01::1"))).isTrue();
        assertThat(ping(FAR)).hasSize(1);
    }

    @Test
    void groupsOfALinksScopeGoToTheLinkThatIsNamed() throws IOException {
        DatagramEndpoint client = near.stack.openDatagram();

        client.send(ByteBuffer.allocate(3), socket("ff02::99%" + SECOND, 9));
        lan.run(1_000_000);

        assertThat(second.takeOnly().hex()).startsWith("6").contains("fe80000000000000" + "0000000000000003");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff02::99", "ff05::99"})
    void aDatagramToAGroupFromNoParticularAddressGoesToEveryLink(String group) throws IOException {
        DatagramEndpoint client = near.stack.openDatagram();
        DatagramEndpoint bound = near.stack.openDatagram();
        bound.bind(socket("fd00::1", 0));
        near.link.sent.clear();

        client.send(ByteBuffer.wrap(new byte[] {5, 6, 7}), socket(group, 9));
        lan.run(1_000_000);

        assertThat(second.takeOnly().hex()).endsWith("050607");
        assertThat(near.link.takeOnly().hex()).endsWith("050607");
        bound.send(ByteBuffer.wrap(new byte[] {8}), socket(group, 9));
        lan.run(1_000_000);
        assertThat(second.sent).isEmpty();
        assertThat(near.link.sent).hasSize(1);
    }

    @Test
    void aBroadcastToEverybodyGoesToEveryLink() throws IOException {
        near.port.configure(config(2800, List.of(), "10.1.0.1/24"), lan.now);
        secondPort.configure(config(2800, List.of(), "10.2.0.1/24"), lan.now);
        DatagramEndpoint client = near.stack.openDatagram();
        client.option(StandardSocketOptions.SO_BROADCAST, true);
        near.link.sent.clear();
        second.sent.clear();

        client.send(ByteBuffer.wrap(new byte[] {5, 6, 7}), socket("255.255.255.255", 9));
        lan.run(1_000_000);

        assertThat(second.takeOnly().hex()).contains("0a020001ffffffff").endsWith("050607");
        assertThat(near.link.takeOnly().hex()).contains("0a010001ffffffff").endsWith("050607");
    }

    @Test
    void anAddressBeyondTheLinkIsNotSpokenToFromALinkLocalOne() {
        secondPort.configure(config(2800, List.of(Lan.route("fd77::/16", "fe80::99")), ON_SECOND + "/64"), lan.now);

        assertThatThrownBy(() -> near.stack.openDatagram().send(ByteBuffer.allocate(1), socket("fd77::1", 9)))
                .isInstanceOf(NoRouteToHostException.class);
    }
}
