package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Multicasts between two members of a planet on loopback, with source filters; real sockets and real time. */
@Timeout(60)
class MulticastEngineTest {
    private static final long RETRY_MILLIS = 100;

    @Test
    void onlySourcesWantedAreReceived() throws Exception {
        InetAddress group = InetAddress.getByName("239.77.1.2");
        NetworkInterface any = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        try (LoopbackPlanet planet = LoopbackPlanet.start()) {
            LoopbackPlanet.Member there = planet.join();
            LoopbackPlanet.Member here = planet.join();
            try (DatagramChannel receiver = there.provider()
                            .openDatagramChannel(StandardProtocolFamily.INET)
                            .bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0));
                    DatagramChannel sender = here.provider()
                            .openDatagramChannel(StandardProtocolFamily.INET)
                            .bind(new InetSocketAddress(here.ipv4(), 0));
                    Selector selector = there.provider().openSelector()) {
                receiver.configureBlocking(false);
                receiver.register(selector, SelectionKey.OP_READ);
                int port = ((InetSocketAddress) receiver.getLocalAddress()).getPort();
                InetSocketAddress toGroup = new InetSocketAddress(group, port);
                InetSocketAddress toHost = new InetSocketAddress(there.ipv4(), port);

                MembershipKey key = receiver.join(group, any, here.ipv4());
                assertThat(receivedUntil(1, sender, toGroup, receiver, selector))
                        .containsOnly(1);

                key.drop();
                key = receiver.join(group, any, there.ipv4());
                sender.send(ByteBuffer.wrap(new byte[] {2}), toGroup);
                assertThat(receivedUntil(3, sender, toHost, receiver, selector)).doesNotContain(2);

                key.drop();
                key = receiver.join(group, any).block(here.ipv4());
                sender.send(ByteBuffer.wrap(new byte[] {4}), toGroup);
                assertThat(receivedUntil(5, sender, toHost, receiver, selector)).doesNotContain(2, 4);

                key.unblock(here.ipv4());
                assertThat(receivedUntil(6, sender, toGroup, receiver, selector))
                        .doesNotContain(2, 4);
            }
        }
    }

    @Test
    void aSocketWithoutAnAddressSendsToGroupsAndToEverybodyOnTheNetworks() throws Exception {
        InetAddress group = InetAddress.getByName("239.77.1.3");
        NetworkInterface any = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        // Not in the operating system's stack too: a test is to send nothing into this machine's networks.
        Map<String, String> virtualOnly = Map.of("ztnio.wildcard", "zerotier");
        try (LoopbackPlanet planet = LoopbackPlanet.start()) {
            LoopbackPlanet.Member there = planet.join(virtualOnly);
            LoopbackPlanet.Member here = planet.join(virtualOnly);
            try (DatagramChannel receiver = there.provider()
                            .openDatagramChannel(StandardProtocolFamily.INET)
                            .bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0));
                    DatagramChannel unbound = here.provider().openDatagramChannel(StandardProtocolFamily.INET);
                    DatagramChannel bound = here.provider()
                            .openDatagramChannel(StandardProtocolFamily.INET)
                            .bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0));
                    Selector selector = there.provider().openSelector()) {
                receiver.configureBlocking(false);
                receiver.register(selector, SelectionKey.OP_READ);
                receiver.join(group, any);
                int port = ((InetSocketAddress) receiver.getLocalAddress()).getPort();

                assertThat(receivedUntil(1, unbound, new InetSocketAddress(group, port), receiver, selector))
                        .containsOnly(1);
                assertThat(receivedUntil(2, bound, new InetSocketAddress(group, port), receiver, selector))
                        .contains(2);
                bound.setOption(StandardSocketOptions.SO_BROADCAST, true);
                InetSocketAddress everybody = new InetSocketAddress(InetAddress.getByName("255.255.255.255"), port);
                assertThat(receivedUntil(3, bound, everybody, receiver, selector))
                        .contains(3);
            }
        }
    }

    /** Sends a value until it arrives; returns what has arrived. */
    private static List<Integer> receivedUntil(
            int value, DatagramChannel sender, InetSocketAddress target, DatagramChannel receiver, Selector selector)
            throws IOException {
        List<Integer> values = new ArrayList<>();
        while (!values.contains(value)) {
            sender.send(ByteBuffer.wrap(new byte[] {(byte) value}), target);
            selector.select(RETRY_MILLIS);
            selector.selectedKeys().clear();
            ByteBuffer datagram = ByteBuffer.allocate(9);
            while (receiver.receive(datagram) != null) {
                values.add((int) datagram.get(0));
                datagram.clear();
            }
        }
        return values;
    }
}
