package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.LongAdder;

/**
 * Collects runs of equal datagrams to one destination, which leave in one piece, and sends by channels what is alone or cannot go that way.
 * Thread: one at a time.
 */
abstract class RunSender implements DatagramSender {
    /** Runs refused one after the other, after which there is a reason that lasts: a device, or a path with a small MTU. */
    private static final int PATIENCE = 8;

    /** Runs that then go in single datagrams, before one is tried again. */
    private static final int PAUSE = 1000;

    static final int IPPROTO_IP = 0;
    static final int PMTUDISC_PROBE = 3;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;

    final DatagramChannel[] channels;
    final LongAdder failures;
    final NioSender plain;

    /** Those that wait, from its beginning. */
    final ByteBuffer data;

    private final DatagramRun run = new DatagramRun();
    private int refused;
    private int pause;

    /** @param data direct, of at least {@link DatagramRun#MAX_BYTES} */
    RunSender(DatagramChannel[] channels, ByteBuffer data, LongAdder failures) {
        this.channels = channels;
        this.data = data;
        this.failures = failures;
        this.plain = new NioSender(channels, failures);
    }

    /**
     * Hands over at least two datagrams in one piece.
     *
     * @return false if they have to go one by one, for the system has taken none
     */
    abstract boolean sendJoined(DatagramRun joined);

    /** Whether it is worth while to try that. */
    boolean isWorthJoining(DatagramRun joined) {
        return true;
    }

    /** Sends what remains of the data as one datagram. */
    void sendAlone(int socket, InetSocketAddress to) {
        plain.send(socket, to, data);
    }

    /**
     * Sends one datagram by IPv4 with a TTL of its own, by one socket.
     *
     * @return false if the system refuses
     */
    abstract boolean sendShortBy(int number, InetSocketAddress to, byte[] bytes, int ttl);

    /**
     * Sends one datagram while an option of the socket has the value that forbids fragments and asks nobody but the interface how long it may
     * be ({@link #PMTUDISC_PROBE}).
     *
     * @return false if it is too long to leave this machine
     */
    abstract boolean sendWholeBy(
            int socket, InetSocketAddress to, byte[] buffer, int offset, int length, int level, int option);

    @Override
    public final void sendShort(int socket, InetSocketAddress to, byte[] bytes, int ttl) {
        if (!isIpv4(to) || bytes.length > DatagramRun.MAX_BYTES) {
            return;
        }
        flush();
        for (int number = 0; number < channels.length; number++) {
            if ((socket < 0 || socket == number) && !sendShortBy(number, to, bytes, ttl)) {
                failures.increment();
            }
        }
    }

    @Override
    public final boolean canSendWhole() {
        return true;
    }

    @Override
    public final boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (length > DatagramRun.MAX_BYTES || !channels[socket].isOpen()) {
            return false;
        }
        flush();
        return isIpv4(to)
                ? sendWholeBy(socket, to, buffer, offset, length, IPPROTO_IP, IP_MTU_DISCOVER)
                : sendWholeBy(socket, to, buffer, offset, length, IPPROTO_IPV6, IPV6_MTU_DISCOVER);
    }

    private static boolean isIpv4(InetSocketAddress to) {
        return to.getAddress().getAddress().length == 4;
    }

    @Override
    public final void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (length > DatagramRun.MAX_BYTES) {
            failures.increment();
            return;
        }
        if (!run.takes(socket, to, length)) {
            flush();
            run.begin(socket, to, length, false);
        }
        data.put(run.bytes(), buffer, offset, length);
        run.add(length);
    }

    @Override
    public final void flush() {
        if (run.datagrams() > 1 && isWorthJoining(run) && sendInOnePiece()) {
            run.clear();
            return;
        }
        int at = 0;
        for (int left = run.datagrams(); left > 0; left--) {
            int length = run.lengthAt(at);
            data.limit(at + length).position(at);
            sendAlone(run.socket(), run.to());
            at += length;
        }
        data.clear();
        run.clear();
    }

    /** False if the datagrams have to go one by one. */
    private boolean sendInOnePiece() {
        if (pause > 0) {
            pause--;
            return false;
        }
        if (!channels[run.socket()].isOpen()) {
            // Its descriptor may be somebody else's by now.
            return false;
        }
        if (sendJoined(run)) {
            refused = 0;
            return true;
        }
        if (++refused >= PATIENCE) {
            // One more refusal, and it is the next pause.
            pause = PAUSE;
        }
        return false;
    }
}
