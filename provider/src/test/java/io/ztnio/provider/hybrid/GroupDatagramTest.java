package io.ztnio.provider.hybrid;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.provider.socket.JavaNetSockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams to groups from sockets that are bound to no particular address. */
@Timeout(60)
@SuppressWarnings("try") // closing is part of what is tested
class GroupDatagramTest {
    private final FakeNetworks networks = new FakeNetworks();
    private final SelectorProvider provider = new ZeroTierSelectorProvider(networks);
    private final InetAddress group = InetAddress.getByAddress(new byte[] {(byte) 239, 77, 3, 4});

    GroupDatagramTest() throws IOException {}

    private DatagramChannel receiver() throws IOException {
        DatagramChannel channel = open().bind(new InetSocketAddress(FakeNetworks.OWN, 0));
        channel.join(group, loopback());
        channel.configureBlocking(false);
        return channel;
    }

    private DatagramChannel open() throws IOException {
        return provider.openDatagramChannel(StandardProtocolFamily.INET);
    }

    private static NetworkInterface loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
    }

    private InetSocketAddress to(DatagramChannel receiver) throws IOException {
        return new InetSocketAddress(group, ((InetSocketAddress) receiver.getLocalAddress()).getPort());
    }

    @ParameterizedTest
    @CsvSource({
        "BOTH, true, true",
        "BOTH, false, true",
        "ZEROTIER, true, true",
        "ZEROTIER, false, true",
        "OS, true, false"
    })
    void theScopeDecides(WildcardScope scope, boolean bound, boolean arrives) throws IOException {
        networks.groupScope(scope);
        try (DatagramChannel receiver = receiver();
                DatagramChannel sender = open()) {
            // What goes to the operating system's stack stays in this machine.
            sender.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
            if (bound) {
                sender.bind(null);
            }
            ByteBuffer source = ByteBuffer.wrap(new byte[] {1, 2, 3});
            try {
                assertThat(sender.send(source, to(receiver))).isEqualTo(3);
                assertThat(source.hasRemaining()).isFalse();
            } catch (IOException e) {
                // A machine without a way to groups: nothing is lost if the networks have one.
                assertThat(arrives).as("%s", e).isFalse();
            }

            assertThat(receiver.receive(ByteBuffer.allocate(9)) != null).isEqualTo(arrives);
        }
    }

    @Test
    void anInterfaceThatIsChosenIsTheHosts() throws IOException {
        networks.groupScope(WildcardScope.BOTH);
        try (DatagramChannel receiver = receiver();
                DatagramChannel sender = open()) {
            sender.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0);
            sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback());
            sender.send(ByteBuffer.wrap(new byte[] {1}), to(receiver));

            assertThat(receiver.receive(ByteBuffer.allocate(9))).isNull();
        }
    }

    @Test
    void aSocketOfJavaNetSendsThereToo() throws IOException {
        networks.groupScope(WildcardScope.BOTH);
        try (DatagramChannel receiver = receiver();
                MulticastSocket sender = new JavaNetSockets(networks).datagrams()) {
            sender.setTimeToLive(0);
            sender.bind(new InetSocketAddress(0));
            sender.send(new DatagramPacket(new byte[] {1}, 1, to(receiver)));

            assertThat(receiver.receive(ByteBuffer.allocate(9))).isNotNull();
        }
    }
}
