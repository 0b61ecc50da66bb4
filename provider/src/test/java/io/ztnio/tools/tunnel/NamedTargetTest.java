package io.ztnio.tools.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.fake.FakeNetworks;
import io.ztnio.tools.tunnel.RunningTunnel.Ends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A target that is a name: looked up for each client, and not needed for the start. */
@Timeout(60)
class NamedTargetTest {
    private final SelectorProvider provider = new ZeroTierSelectorProvider(new FakeNetworks());
    private final Ends ends = new Ends();
    private final AtomicInteger lookups = new AtomicInteger();

    /** What the name stands for now; {@code null} for nothing. */
    private final AtomicReference<InetSocketAddress> known = new AtomicReference<>();

    private InetSocketAddress lookUp() throws IOException {
        lookups.incrementAndGet();
        InetSocketAddress address = known.get();
        if (address == null) {
            throw new UnknownHostException("db: not yet");
        }
        return address;
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private RunningTunnel<StreamTunnel> streams(TunnelTarget target, StreamTunnelSettings settings) throws Exception {
        return RunningTunnel.start(StreamTunnel.open(provider, loopback(), target, settings, ends));
    }

    private SocketChannel client(RunningTunnel<StreamTunnel> tunnel) throws IOException {
        SocketChannel client = provider.openSocketChannel();
        client.connect(tunnel.tunnel.localAddress());
        return client;
    }

    private ServerSocketChannel server() throws IOException {
        return provider.openServerSocketChannel().bind(loopback());
    }

    @Test
    void aTunnelStartsWhileItsTargetIsUnknownAndLooksItUpForEachConnection() throws Exception {
        try (ServerSocketChannel one = server();
                ServerSocketChannel two = server();
                RunningTunnel<StreamTunnel> tunnel =
                        streams(TunnelTarget.named(this::lookUp), StreamTunnelSettings.defaults())) {
            try (SocketChannel early = client(tunnel)) {
                assertThat(ends.ends.take().failure()).isEqualTo("db: not yet");
                assertThat(early.isOpen()).isTrue();
            }
            known.set((InetSocketAddress) one.getLocalAddress());
            try (SocketChannel client = client(tunnel);
                    SocketChannel accepted = one.accept()) {
                exchange(client, accepted);
            }
            known.set((InetSocketAddress) two.getLocalAddress());
            try (SocketChannel client = client(tunnel);
                    SocketChannel accepted = two.accept()) {
                exchange(client, accepted);
            }

            assertThat(lookups).hasValue(3);
        }
    }

    private static void exchange(SocketChannel from, SocketChannel to) throws IOException {
        from.write(ByteBuffer.wrap(new byte[] {42}));
        ByteBuffer read = ByteBuffer.allocate(1);
        to.read(read);
        assertThat(read.get(0)).isEqualTo((byte) 42);
    }

    @Test
    void aSlowLookupHoldsNoOtherConnectionUpAndEndsWithTheTimeToConnect() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        TunnelTarget never = TunnelTarget.named(() -> {
            try {
                answer.await(50, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new UnknownHostException("too late");
        });
        StreamTunnelSettings impatient = new StreamTunnelSettings(10, Duration.ofMillis(100), Duration.ZERO);
        try (RunningTunnel<StreamTunnel> tunnel = streams(never, impatient);
                SocketChannel one = client(tunnel);
                SocketChannel two = client(tunnel)) {
            assertThat(ends.ends.take().failure()).isEqualTo("looking up the target timed out");
            assertThat(ends.ends.take().failure()).isEqualTo("looking up the target timed out");
            assertThat(one.isOpen() && two.isOpen()).isTrue();
        } finally {
            answer.countDown();
        }
    }

    @Test
    void aNameThatTheJdkKnowsIsATarget() throws Exception {
        try (ServerSocketChannel server = server()) {
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            TunnelTarget target = TunnelTarget.of(InetSocketAddress.createUnresolved("localhost", port));
            try (RunningTunnel<StreamTunnel> tunnel = streams(target, StreamTunnelSettings.defaults());
                    SocketChannel client = client(tunnel);
                    SocketChannel accepted = server.accept()) {
                exchange(client, accepted);
            }
        }
    }

    @Test
    void datagramsWaitForTheLookupAndEachClientHasItsOwn() throws Exception {
        try (DatagramChannel server = provider.openDatagramChannel().bind(loopback());
                RunningTunnel<DatagramTunnel> tunnel = RunningTunnel.start(DatagramTunnel.open(
                        provider,
                        List.of(loopback()),
                        TunnelTarget.named(this::lookUp),
                        new DatagramTunnelSettings(10, Duration.ofSeconds(60)),
                        ends))) {
            try (DatagramChannel client = provider.openDatagramChannel().bind(loopback())) {
                client.send(
                        ByteBuffer.wrap(new byte[] {1}),
                        tunnel.tunnel.localAddresses().get(0));
                assertThat(ends.ends.take().failure()).isEqualTo("db: not yet");
                assertThat(tunnel.tunnel.counts().dropped()).isEqualTo(1);

                known.set((InetSocketAddress) server.getLocalAddress());
                client.send(
                        ByteBuffer.wrap(new byte[] {2}),
                        tunnel.tunnel.localAddresses().get(0));
                ByteBuffer received = ByteBuffer.allocate(10);
                server.receive(received);

                assertThat(received.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {2}));
                assertThat(lookups).hasValue(2);
            }
        }
    }
}
