package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.OverlayNetworks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Channels that were opened for one version of IP: on the JDK, which is right, and on an overlay of both versions. */
@Timeout(60)
@SuppressWarnings("AddressSelection") // literals
class FamilyContractTest {
    private static final OverlayNetworks OVERLAY = new OverlayNetworks(new ConfigLoader(
                    Map.of(
                            "ztnio.networks", "00000000cafe2002",
                            "ztnio.transport", "overlay-memory",
                            "ztnio.overlay.hub", "families",
                            "ztnio.overlay.addresses", "10.94.0.1/24"),
                    Map.of())
            .load());

    record Tested(String name, SelectorProvider provider, InetAddress ipv4, InetAddress ipv6) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Tested> stacks() throws IOException {
        return Stream.of(
                new Tested("JDK", OsProvider.get(), TestedStack.ipv4(127, 0, 0, 1), InetAddress.getByName("::1")),
                new Tested(
                        "overlay",
                        new ZeroTierSelectorProvider(OVERLAY),
                        TestedStack.ipv4(10, 94, 0, 1),
                        DerivedAddresses.ipv6(0xcafe2002L, OVERLAY.node().id())));
    }

    @AfterAll
    static void close() {
        OVERLAY.close();
    }

    private static int port(NetworkChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private static ServerSocketChannel listen(Tested stack, ProtocolFamily family) throws IOException {
        return stack.provider.openServerSocketChannel(family).bind(null);
    }

    private static boolean accepts(Tested stack, ServerSocketChannel listener, InetAddress address) throws IOException {
        try (SocketChannel client = stack.provider.openSocketChannel()) {
            client.connect(new InetSocketAddress(address, port(listener)));
            listener.accept().close();
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void aListenerOfIpv4TakesNoIpv6(Tested stack) throws IOException {
        try (ServerSocketChannel listener = listen(stack, StandardProtocolFamily.INET)) {
            assertThat(accepts(stack, listener, stack.ipv4)).isTrue();
            assertThat(accepts(stack, listener, stack.ipv6)).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void aListenerOfIpv6TakesBoth(Tested stack) throws IOException {
        try (ServerSocketChannel listener = listen(stack, StandardProtocolFamily.INET6)) {
            assertThat(accepts(stack, listener, stack.ipv4)).isTrue();
            assertThat(accepts(stack, listener, stack.ipv6)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void channelsOfIpv4RefuseIpv6Addresses(Tested stack) throws IOException {
        InetSocketAddress ipv6 = new InetSocketAddress(stack.ipv6, 9);
        try (SocketChannel stream = stack.provider.openSocketChannel(StandardProtocolFamily.INET);
                DatagramChannel datagrams = stack.provider.openDatagramChannel(StandardProtocolFamily.INET);
                ServerSocketChannel listener = stack.provider.openServerSocketChannel(StandardProtocolFamily.INET)) {
            assertThatThrownBy(() -> stream.bind(ipv6)).isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> stream.connect(ipv6)).isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> listener.bind(ipv6)).isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> datagrams.bind(ipv6)).isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> datagrams.connect(ipv6)).isInstanceOf(UnsupportedAddressTypeException.class);
            assertThatThrownBy(() -> datagrams.send(ByteBuffer.allocate(1), ipv6))
                    .isInstanceOf(UnsupportedAddressTypeException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void datagramsOfIpv6DoNotReachAChannelOfIpv4(Tested stack) throws IOException {
        try (DatagramChannel ipv4Only = stack.provider.openDatagramChannel(StandardProtocolFamily.INET);
                DatagramChannel both = stack.provider.openDatagramChannel(StandardProtocolFamily.INET6);
                DatagramChannel sender = stack.provider.openDatagramChannel()) {
            ipv4Only.bind(null);
            both.bind(new InetSocketAddress(stack.ipv6, port(ipv4Only)));

            sender.send(ByteBuffer.wrap(new byte[] {6}), new InetSocketAddress(stack.ipv6, port(ipv4Only)));
            sender.send(ByteBuffer.wrap(new byte[] {4}), new InetSocketAddress(stack.ipv4, port(ipv4Only)));

            ByteBuffer received = ByteBuffer.allocate(1);
            ipv4Only.receive(received);
            assertThat(received.get(0)).isEqualTo((byte) 4);
            received.clear();
            both.receive(received);
            assertThat(received.get(0)).isEqualTo((byte) 6);
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void anIpv4MappedAddressReachesTheIpv4Address(Tested stack) throws IOException {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(stack.ipv4.getAddress(), 0, mapped, 12, 4);
        InetAddress address = Inet6Address.getByAddress(null, mapped, -1);
        try (ServerSocketChannel listener =
                        stack.provider.openServerSocketChannel().bind(new InetSocketAddress(stack.ipv4, 0));
                DatagramChannel receiver =
                        stack.provider.openDatagramChannel().bind(new InetSocketAddress(stack.ipv4, 0));
                DatagramChannel sender = stack.provider.openDatagramChannel()) {
            assertThat(accepts(stack, listener, address)).isTrue();

            sender.send(ByteBuffer.wrap(new byte[] {7}), new InetSocketAddress(address, port(receiver)));

            ByteBuffer received = ByteBuffer.allocate(1);
            receiver.receive(received);
            assertThat(received.get(0)).isEqualTo((byte) 7);
        }
    }
}
