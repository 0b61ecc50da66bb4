package io.ztnio.tools.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.transport.Faults;
import io.ztnio.provider.junit.OverlayExtension;
import io.ztnio.provider.os.OsProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tunnels over an overlay of three nodes in memory. */
@Timeout(90)
class OverlayTunnelTest {
    @RegisterExtension
    static final OverlayExtension OVERLAY = OverlayExtension.withNodes(3);

    @AfterEach
    void heal() {
        OVERLAY.hub().faults(Faults.NONE);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static void exchange(int length) throws Exception {
        try (ServerSocketChannel server =
                        OsProvider.get().openServerSocketChannel().bind(loopback());
                RunningTunnel<StreamTunnel> expose = RunningTunnel.start(StreamTunnel.open(
                        OVERLAY.provider(0),
                        new InetSocketAddress(OverlayExtension.address(0), 0),
                        (InetSocketAddress) server.getLocalAddress(),
                        StreamTunnelSettings.defaults(),
                        TunnelListener.SILENT));
                RunningTunnel<StreamTunnel> forward = RunningTunnel.start(StreamTunnel.open(
                        OVERLAY.provider(1),
                        loopback(),
                        expose.tunnel.localAddress(),
                        StreamTunnelSettings.defaults(),
                        TunnelListener.SILENT));
                SocketChannel client = OsProvider.get().openSocketChannel()) {
            client.connect(forward.tunnel.localAddress());
            try (SocketChannel accepted = server.accept()) {
                Payload.exchange(client, accepted, length);
            }
        }
    }

    @Test
    void sixtyFourMegabytesBothWaysAtOnceArriveWhole() throws Exception {
        exchange(64 << 20);
    }

    @Test
    void everyByteArrivesThoughEveryTwentiethDatagramIsLost() throws Exception {
        OVERLAY.hub().faults(Faults.NONE.withLoss(0.05));

        exchange(2 << 20);
    }

    @Test
    void aBroadcastReachesEveryOtherNode() throws Exception {
        try (DatagramChannel sender = OVERLAY.provider(0).openDatagramChannel();
                DatagramChannel one = OVERLAY.provider(1).openDatagramChannel();
                DatagramChannel two = OVERLAY.provider(2).openDatagramChannel()) {
            sender.setOption(StandardSocketOptions.SO_BROADCAST, true);
            sender.bind(new InetSocketAddress(OverlayExtension.address(0), 0));
            one.bind(new InetSocketAddress(7001));
            two.bind(new InetSocketAddress(7001));
            sender.send(
                    ByteBuffer.wrap(new byte[] {1, 2, 3}),
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 96, 0, -1}), 7001));

            assertThat(one.receive(ByteBuffer.allocate(10))).isEqualTo(sender.getLocalAddress());
            assertThat(two.receive(ByteBuffer.allocate(10))).isEqualTo(sender.getLocalAddress());
        }
    }
}
