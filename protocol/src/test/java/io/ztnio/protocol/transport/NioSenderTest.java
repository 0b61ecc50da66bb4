package io.ztnio.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** What the operating system refuses, and what is sent again. */
class NioSenderTest {
    private static final InetSocketAddress TO = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

    private final LongAdder failures = new LongAdder();

    private int attempts(String... refusals) {
        Refusing channel = new Refusing(refusals);
        new NioSender(new DatagramChannel[] {channel}, failures).send(0, TO, new byte[] {1}, 0, 1);
        return channel.attempts;
    }

    /** A probe for the length of a path forbids fragments for a moment, on a socket that other senders may share. */
    @Test
    void whatIsTooLongForAMomentIsSentAgain() {
        assertThat(attempts("Message too long")).isEqualTo(2);
        assertThat(failures.sum()).isZero();
    }

    @Test
    void whatStaysTooLongIsLost() {
        assertThat(attempts("Message too long", "Message too long", "Message too long", "Message too long"))
                .isEqualTo(4);
        assertThat(failures.sum()).isOne();
    }

    @Test
    void whatHasNoWayIsLostAtOnce() {
        assertThat(attempts("Network is unreachable")).isOne();
        assertThat(failures.sum()).isOne();
    }

    /** Refuses the first datagrams, and takes the others. */
    private static final class Refusing extends DatagramChannel {
        private final Deque<String> refusals;
        private int attempts;

        private Refusing(String... refusals) {
            super(SelectorProvider.provider());
            this.refusals = new ArrayDeque<>(Arrays.asList(refusals));
        }

        @Override
        public int send(ByteBuffer source, SocketAddress target) throws IOException {
            attempts++;
            if (!refusals.isEmpty()) {
                throw new IOException(refusals.remove());
            }
            int length = source.remaining();
            source.position(source.limit());
            return length;
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public DatagramChannel bind(SocketAddress local) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> DatagramChannel setOption(SocketOption<T> name, T value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public DatagramSocket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isConnected() {
            return false;
        }

        @Override
        public DatagramChannel connect(SocketAddress remote) {
            throw new UnsupportedOperationException();
        }

        @Override
        public DatagramChannel disconnect() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketAddress getRemoteAddress() {
            return null;
        }

        @Override
        public SocketAddress getLocalAddress() {
            return null;
        }

        @Override
        public SocketAddress receive(ByteBuffer target) {
            return null;
        }

        @Override
        public int read(ByteBuffer target) {
            return 0;
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            return 0;
        }

        @Override
        public int write(ByteBuffer source) {
            return 0;
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            return 0;
        }

        @Override
        public MembershipKey join(InetAddress group, NetworkInterface device) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MembershipKey join(InetAddress group, NetworkInterface device, InetAddress source) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }
}
