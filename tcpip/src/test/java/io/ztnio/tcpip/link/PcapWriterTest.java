package io.ztnio.tcpip.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What Wireshark reads, byte by byte. */
class PcapWriterTest {
    private static final long MAC = 0x32_0000_000001L;
    private static final long PEER = 0x32_0000_000002L;
    private static final long EPOCH = 1_700_000_000_000_000_000L;

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final TestLink link = new TestLink(MAC);

    private static void send(Link to, long nowNanos) {
        byte[] buffer = new byte[Link.HEADROOM + 3 + Link.TAILROOM];
        buffer[Link.HEADROOM] = 1;
        buffer[Link.HEADROOM + 1] = 2;
        buffer[Link.HEADROOM + 2] = 3;
        to.send(PEER, 0x0800, buffer, Link.HEADROOM, 3, nowNanos);
    }

    @Test
    void framesOfBothDirectionsAreRecordsWithTheirTime() throws IOException {
        PcapWriter writer = new PcapWriter(link, file, EPOCH);
        LinkPort port = writer.wrap(new NoPort());

        send(writer, 5_000_000_007L);
        port.onFrame(PEER, MAC, 0x86dd, new byte[] {9, 8, 7, 6}, 1, 2, 6_000_000_000L);

        ByteBuffer in = ByteBuffer.wrap(file.toByteArray());
        assertThat(in.getInt()).isEqualTo(0xa1b23c4d);
        assertThat(in.getInt()).as("version 2.4").isEqualTo(0x0002_0004);
        assertThat(in.getLong()).isZero();
        assertThat(in.getInt()).isEqualTo(65_536);
        assertThat(in.getInt()).as("Ethernet").isEqualTo(1);
        expectRecord(in, 1_700_000_005, 7, "3200000000023200000000010800010203");
        expectRecord(in, 1_700_000_006, 0, "32000000000132000000000286dd0807");
        assertThat(in.hasRemaining()).isFalse();
        assertThat(link.sent).as("passes").hasSize(1);
    }

    private static void expectRecord(ByteBuffer in, int seconds, int nanos, String hex) {
        assertThat(in.getInt()).isEqualTo(seconds);
        assertThat(in.getInt()).isEqualTo(nanos);
        assertThat(in.getInt()).isEqualTo(hex.length() / 2);
        assertThat(in.getInt()).isEqualTo(hex.length() / 2);
        byte[] bytes = new byte[hex.length() / 2];
        in.get(bytes);
        assertThat(bytes).asHexString().isEqualToIgnoringCase(hex);
    }

    @Test
    void aFullDiskEndsTheWritingAndNothingElse() throws IOException {
        IOException full = new IOException("No space left on device");
        OutputStream failing = new OutputStream() {
            private int left = 40;

            @Override
            public void write(int octet) throws IOException {
                if (left-- <= 0) {
                    throw full;
                }
            }
        };
        PcapWriter writer = new PcapWriter(link, failing, 0);
        assertThat(writer.failure()).isEmpty();

        send(writer, 1);
        send(writer, 2);

        assertThat(link.sent).hasSize(2);
        assertThat(writer.failure()).contains(full);
    }

    @Test
    void framesPassAlsoWhenItIsClosed() throws IOException {
        PcapWriter writer = new PcapWriter(link, file, 0);
        writer.close();

        send(writer, 1);

        assertThat(link.sent).hasSize(1);
        assertThat(file.size()).isEqualTo(24);
    }

    @Test
    void aTransferIsWrittenWholly() throws Exception {
        Lan lan = new Lan(4);
        lan.wrapping = inner -> {
            try {
                return new PcapWriter(inner, file, EPOCH);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };

        Transfer.run(lan, 100_000, 4);

        assertThat(file.size()).as("where it is sent and where it comes in").isGreaterThan(2 * 100_000);
    }

    /** A stack that takes everything and does nothing. */
    static final class NoPort implements LinkPort {
        @Override
        public void configure(LinkConfig config, long nowNanos) {}

        @Override
        public void onFrame(
                long sourceMac,
                long destinationMac,
                int etherType,
                byte[] buffer,
                int offset,
                int length,
                long ingressNanos) {}

        @Override
        public boolean probe(long neighborMac, long nowNanos) {
            return false;
        }

        @Override
        public void lost(long neighborMac, long nowNanos) {}

        @Override
        public void left(long neighborMac, long nowNanos) {}

        @Override
        public void detach(long nowNanos) {}
    }
}
