package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.ZeroTierAsynchronousChannelProvider;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.os.OsAsynchronousProvider;
import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the captured wildcard address is called, and where a connect to it goes: each as the JDK says in the same run. */
@Timeout(60)
class CapturedWildcardContractTest {
    private static final SelectorProvider CAPTURED = new ZeroTierSelectorProvider(CapturedLoopback.ALL);
    private static final AsynchronousChannelProvider CAPTURED_ASYNCHRONOUS =
            new ZeroTierAsynchronousChannelProvider(CapturedLoopback.ALL);

    private static int port(NetworkChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    /** The text without the port, which is another each time. */
    private static String text(SocketAddress address) {
        String text = address.toString();
        return text.substring(0, text.lastIndexOf(':'));
    }

    private static List<String> bound(SelectorProvider provider, ProtocolFamily family) throws IOException {
        try (SocketChannel stream = provider.openSocketChannel(family);
                ServerSocketChannel listener = provider.openServerSocketChannel(family);
                DatagramChannel datagrams = provider.openDatagramChannel(family);
                DatagramChannel ipv4 = provider.openDatagramChannel(family);
                DatagramChannel implicit = provider.openDatagramChannel(family)) {
            stream.bind(null);
            listener.bind(null);
            datagrams.bind(null);
            ipv4.bind(new InetSocketAddress(TestedStack.ipv4(0, 0, 0, 0), 0));
            implicit.send(ByteBuffer.allocate(1), new InetSocketAddress(TestedStack.loopback(), port(datagrams)));
            List<String> texts = new ArrayList<>();
            for (NetworkChannel channel : List.of(stream, listener, datagrams, ipv4, implicit)) {
                texts.add(text(channel.getLocalAddress()));
            }
            texts.add(text(listener.socket().getLocalSocketAddress()));
            texts.add(text(datagrams.socket().getLocalSocketAddress()));
            return texts;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = StandardProtocolFamily.class,
            names = {"INET", "INET6"})
    void channelsOfAFamilySayTheJdksWildcard(StandardProtocolFamily family) throws IOException {
        assertThat(bound(CAPTURED, family)).isEqualTo(bound(OsProvider.get(), family));
    }

    private static List<String> connected(SelectorProvider provider, InetAddress named) throws IOException {
        try (ServerSocketChannel listener = provider.openServerSocketChannel().bind(null);
                SocketChannel client = provider.openSocketChannel();
                DatagramChannel receiver = provider.openDatagramChannel().bind(null);
                DatagramChannel sender = provider.openDatagramChannel();
                DatagramChannel connected = provider.openDatagramChannel()) {
            client.connect(named == null ? listener.getLocalAddress() : new InetSocketAddress(named, port(listener)));
            SocketAddress target =
                    named == null ? receiver.getLocalAddress() : new InetSocketAddress(named, port(receiver));
            sender.send(ByteBuffer.allocate(1), target);
            String sentFrom = text(receiver.receive(ByteBuffer.allocate(1)));
            connected.connect(target);
            connected.write(ByteBuffer.allocate(1));
            return List.of(
                    text(client.getRemoteAddress()),
                    text(client.getLocalAddress()),
                    sentFrom,
                    text(connected.getLocalAddress()),
                    text(receiver.receive(ByteBuffer.allocate(1))));
        }
    }

    @Test
    void connectsToTheWildcardGoWhereTheJdksGo() throws IOException {
        for (InetAddress named :
                new InetAddress[] {null, TestedStack.ipv4(0, 0, 0, 0), InetAddress.getByAddress(new byte[16])}) {
            assertThat(connected(CAPTURED, named)).isEqualTo(connected(OsProvider.get(), named));
        }
    }

    private static List<String> asynchronous(AsynchronousChannelProvider provider) throws Exception {
        try (AsynchronousServerSocketChannel listener =
                        provider.openAsynchronousServerSocketChannel(null).bind(null);
                AsynchronousSocketChannel bound =
                        provider.openAsynchronousSocketChannel(null).bind(null)) {
            String before = text(bound.getLocalAddress());
            bound.connect(listener.getLocalAddress()).get();
            return List.of(text(listener.getLocalAddress()), before, text(bound.getLocalAddress()));
        }
    }

    @Test
    void asynchronousChannelsSayTheJdksWildcard() throws Exception {
        assertThat(asynchronous(CAPTURED_ASYNCHRONOUS)).isEqualTo(asynchronous(OsAsynchronousProvider.get()));
    }
}
