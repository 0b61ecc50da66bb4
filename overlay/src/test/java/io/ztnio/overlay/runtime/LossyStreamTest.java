package io.ztnio.overlay.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.runtime.VirtualOverlay.VirtualNode;
import io.ztnio.overlay.transport.Faults;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A stream over a hub that loses one datagram in twenty, in virtual time. The size is {@code -Dztnio.test.stream.mib}, 8
 * unless said; 1024 takes minutes.
 */
@Tag("any-jdk")
class LossyStreamTest {
    private static final long NETWORK = 0x8056c2e21c000001L;
    private static final long SECOND = 1_000_000_000L;
    private static final long SIZE = Long.getLong("ztnio.test.stream.mib", 8) << 20;
    private static final int PORT = 7;

    @Test
    void everyByteArrivesOnceAndInOrder() throws Exception {
        long seed = 11;
        VirtualOverlay overlay = new VirtualOverlay(seed);
        NetworkAccess access =
                NetworkAccess.builder().key("0123456789abcdef".repeat(4)).build();
        VirtualNode client = overlay.start(new MemoryStateStore());
        VirtualNode server = overlay.start(new MemoryStateStore());
        client.join(NETWORK, access);
        server.join(NETWORK, access);
        assertThat(overlay.await(() -> client.core().network(NETWORK).view().online() == 1, 10 * SECOND))
                .isTrue();
        overlay.hub()
                .faults(Faults.NONE
                        .withLoss(0.05)
                        .withDuplicates(0.01)
                        .withReordering(0.01)
                        .withDelay(SECOND / 1000, 0));
        ListenerEndpoint listener = server.stack().openListener();
        listener.bind(new InetSocketAddress(PORT));
        listener.listen(1);
        StreamEndpoint sending = client.stack().openStream();
        sending.connect(new InetSocketAddress(DerivedAddresses.ipv6(NETWORK, server.id()), PORT));
        Transfer transfer = new Transfer(sending, listener, seed);
        long begin = overlay.nowNanos();

        boolean done = overlay.await(transfer::pump, (3600 + SIZE / 1000) * SECOND);

        assertThat(done).as("%s of %s bytes", transfer.received, SIZE).isTrue();
        assertThat(transfer.in.digest()).isEqualTo(transfer.out.digest());
        assertThat(overlay.hub().lost()).isPositive();
        System.getLogger("io.ztnio.test")
                .log(
                        System.Logger.Level.INFO,
                        "{0} MiB under 5 % loss in {1} s of virtual time, {2} datagrams lost",
                        SIZE >> 20,
                        (overlay.nowNanos() - begin) / SECOND,
                        overlay.hub().lost());
    }

    /** Writes and reads whatever there is room for and whatever has come, each time something has happened. */
    private static final class Transfer {
        private final StreamEndpoint sending;
        private final ListenerEndpoint listener;
        private final SplittableRandom random;
        private final MessageDigest out = digest();
        private final MessageDigest in = digest();
        private final ByteBuffer source = ByteBuffer.allocate(1 << 16).limit(0);
        private final ByteBuffer destination = ByteBuffer.allocate(1 << 16);
        private StreamEndpoint receiving;
        private long sent;
        private long received;
        private boolean connected;
        private boolean ended;

        Transfer(StreamEndpoint sending, ListenerEndpoint listener, long seed) {
            this.sending = sending;
            this.listener = listener;
            this.random = new SplittableRandom(seed);
        }

        boolean pump() {
            try {
                boolean allSent = send();
                return receive() && allSent;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private boolean send() throws IOException {
            connected = connected || sending.finishConnect();
            while (connected && sent < SIZE) {
                if (!source.hasRemaining()) {
                    random.nextBytes(source.array());
                    source.clear();
                    out.update(source.array());
                }
                int moved = sending.write(source);
                if (moved == 0) {
                    break;
                }
                sent += moved;
                if (sent == SIZE) {
                    sending.shutdownOutput();
                }
            }
            return sent == SIZE;
        }

        private boolean receive() throws IOException {
            if (receiving == null) {
                receiving = listener.accept();
            }
            while (receiving != null && !ended) {
                int moved = receiving.read(destination.clear());
                if (moved == 0) {
                    break;
                }
                ended = moved < 0;
                if (moved > 0) {
                    received += moved;
                    in.update(destination.flip());
                }
            }
            return ended;
        }

        private static MessageDigest digest() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
