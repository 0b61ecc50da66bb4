package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends runs of equal datagrams by the channels themselves, as one datagram that the system divides: how long the pieces are is an option of
 * the socket here ({@code UDP_SEGMENT} of {@code udp(7)}), not of each message. What is not longer than a piece goes as it is. Thread: one at a time.
 */
final class SegmentingSender extends RunSender {
    private static final int IP_TTL = 2;

    /** As if never set: that of the route, or else of the system. */
    private static final int USUAL_TTL = -1;

    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;

    private static final int NONE = 0;

    /** Another option and one datagram cost as much as two datagrams. */
    private static final int WORTH_AN_OPTION = 3;

    /** What the socket divides by. */
    private final int[] segments;

    /**
     * A sender that alone sends by its channels.
     *
     * @throws IOException if the system has no such option
     */
    SegmentingSender(DatagramChannel[] channels, LongAdder failures) throws IOException {
        super(channels, ByteBuffer.allocateDirect(DatagramRun.MAX_BYTES), failures);
        segments = new int[channels.length];
        for (DatagramChannel channel : channels) {
            SocketOptionCalls.set(channel, SOL_UDP, UDP_SEGMENT, NONE);
        }
    }

    @Override
    boolean isWorthJoining(DatagramRun joined) {
        return segments[joined.socket()] == joined.segment() || joined.datagrams() >= WORTH_AN_OPTION;
    }

    @Override
    boolean sendJoined(DatagramRun joined) {
        data.limit(joined.bytes()).position(0);
        try {
            divideBy(joined.socket(), joined.segment());
            if (!plain.offer(joined.socket(), joined.to(), data)) {
                // No room, which is no reason to ask for more of it.
                failures.add(joined.datagrams());
            }
            return true;
        } catch (IOException | RuntimeException e) {
            // Not by this device, or not so long there. One by one they say why.
            return false;
        } finally {
            data.clear();
        }
    }

    private void divideBy(int socket, int length) throws IOException {
        if (segments[socket] != length) {
            SocketOptionCalls.set(channels[socket], SOL_UDP, UDP_SEGMENT, length);
            segments[socket] = length;
        }
    }

    @Override
    void sendAlone(int socket, InetSocketAddress to) {
        int start = data.position();
        for (int number = 0; number < channels.length; number++) {
            if ((socket < 0 || socket == number) && !sendOne(number, to, start)) {
                failures.increment();
            }
        }
    }

    private boolean sendOne(int socket, InetSocketAddress to, int start) {
        try {
            int length = data.position(start).remaining();
            if (segments[socket] == NONE || length <= segments[socket]) {
                try {
                    return plain.offer(socket, to, data);
                } catch (IOException e) {
                    if (segments[socket] == NONE) {
                        return false;
                    }
                    // Kernels ask of what goes by such a socket alone what they ask of pieces: that none be longer than
                    // the path takes
                    // (before 6.13 even of how long they could be), and that the device can do sums.
                }
            }
            divideBy(socket, NONE);
            return plain.offer(socket, to, data.position(start));
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /** The JDK has no call that sets it for one datagram, so the socket has it while that goes. */
    @Override
    boolean sendShortBy(int number, InetSocketAddress to, byte[] bytes, int ttl) {
        try {
            return sendWith(number, IPPROTO_IP, IP_TTL, ttl, USUAL_TTL, to, bytes, 0, bytes.length) != 0;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    @Override
    boolean sendWholeBy(
            int socket, InetSocketAddress to, byte[] buffer, int offset, int length, int level, int option) {
        try {
            int usual = SocketOptionCalls.get(channels[socket], level, option);
            sendWith(socket, level, option, PMTUDISC_PROBE, usual, to, buffer, offset, length);
            return true;
        } catch (IOException | RuntimeException e) {
            // Too long, or no way there: then nothing of any length arrives.
            return false;
        }
    }

    /** Sends one datagram while an option has another value: how many bytes have gone. */
    private int sendWith(
            int socket,
            int level,
            int option,
            int value,
            int usual,
            InetSocketAddress to,
            byte[] buffer,
            int offset,
            int length)
            throws IOException {
        DatagramChannel channel = channels[socket];
        divideBy(socket, NONE);
        SocketOptionCalls.set(channel, level, option, value);
        try {
            return channel.send(data.clear().put(buffer, offset, length).flip(), to);
        } finally {
            data.clear();
            SocketOptionCalls.set(channel, level, option, usual);
        }
    }
}
