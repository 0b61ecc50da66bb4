package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends runs of equal datagrams to one destination in one piece ({@code UDP_SEGMENT} of {@code udp(7)}), past the channels that have the
 * sockets, and by the channels what is alone or cannot go that way. Thread: one at a time.
 */
final class IncubatorSender implements DatagramSender {
    /** Runs refused one after the other, after which there is a reason that lasts: a device, or a path with a small MTU. */
    private static final int PATIENCE = 8;

    /** Runs that then go in single datagrams, before one is tried again. */
    private static final int PAUSE = 1000;

    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int PMTUDISC_PROBE = 3;

    private final DatagramChannel[] channels;
    private final ChannelDescriptors.Socket[] sockets;
    private final LongAdder failures;
    private final NioSender plain;
    private final IncubatorMessage message = new IncubatorMessage(DatagramRun.MAX_BYTES);
    private final ByteBuffer data = message.data;
    private final DatagramRun run = new DatagramRun();
    private int refused;
    private int pause;

    /**
     * A sender that may share its channels.
     *
     * @param sockets of the channels
     */
    IncubatorSender(DatagramChannel[] channels, ChannelDescriptors.Socket[] sockets, LongAdder failures) {
        this.channels = channels;
        this.sockets = sockets;
        this.failures = failures;
        this.plain = new NioSender(channels, failures);
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
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
    public void flush() {
        if (run.datagrams() > 1 && sendJoined()) {
            run.clear();
            return;
        }
        int at = 0;
        for (int left = run.datagrams(); left > 0; left--) {
            int length = run.lengthAt(at);
            plain.send(run.socket(), run.to(), data.limit(at + length).position(at));
            at += length;
        }
        data.clear();
        run.clear();
    }

    /** False if the datagrams have to go one by one. */
    private boolean sendJoined() {
        if (pause > 0) {
            pause--;
            return false;
        }
        int socket = run.socket();
        if (!channels[socket].isOpen()) {
            // Its descriptor may be somebody else's by now.
            return false;
        }
        if (message.sendSegmented(sockets[socket], run.to(), run.bytes(), run.segment())) {
            refused = 0;
            return true;
        }
        if (++refused >= PATIENCE) {
            // One more refusal, and it is the next pause.
            pause = PAUSE;
        }
        return false;
    }

    @Override
    public void sendShort(int socket, InetSocketAddress to, byte[] bytes, int ttl) {
        if (to.getAddress().getAddress().length != 4 || bytes.length > DatagramRun.MAX_BYTES) {
            return;
        }
        flush();
        data.put(0, bytes);
        for (int number = 0; number < channels.length; number++) {
            boolean meant = (socket < 0 || socket == number) && channels[number].isOpen();
            if (meant && !message.sendShort(sockets[number], to, bytes.length, ttl)) {
                failures.increment();
            }
        }
    }

    @Override
    public boolean canSendWhole() {
        return true;
    }

    /** Only while this one goes are fragments forbidden, by the mode that asks nobody but the interface how long a datagram may be. */
    @Override
    public boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (length > DatagramRun.MAX_BYTES || !channels[socket].isOpen()) {
            return false;
        }
        flush();
        data.put(0, buffer, offset, length);
        boolean ipv4 = to.getAddress().getAddress().length == 4;
        int level = ipv4 ? IPPROTO_IP : IPPROTO_IPV6;
        int mode = ipv4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER;
        int usual = message.option(sockets[socket], level, mode);
        if (!message.setOption(sockets[socket], level, mode, PMTUDISC_PROBE)) {
            return false;
        }
        boolean sent = message.send(sockets[socket], to, length);
        message.setOption(sockets[socket], level, mode, usual);
        return sent;
    }
}
