package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends runs of equal datagrams to one destination in one piece ({@code UDP_SEGMENT} of {@code udp(7)}), past the channels that have the
 * sockets, and by the channels what is alone or cannot go that way. Thread: one at a time.
 */
final class IncubatorSender extends RunSender {
    private static final int IPPROTO_IP = 0;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int PMTUDISC_PROBE = 3;

    private final ChannelDescriptors.Socket[] sockets;
    private final IncubatorMessage message;

    /**
     * A sender that may share its channels.
     *
     * @param sockets of the channels
     */
    IncubatorSender(DatagramChannel[] channels, ChannelDescriptors.Socket[] sockets, LongAdder failures) {
        this(channels, sockets, new IncubatorMessage(DatagramRun.MAX_BYTES), failures);
    }

    private IncubatorSender(
            DatagramChannel[] channels,
            ChannelDescriptors.Socket[] sockets,
            IncubatorMessage message,
            LongAdder failures) {
        super(channels, message.data, failures);
        this.sockets = sockets;
        this.message = message;
    }

    @Override
    boolean sendJoined(DatagramRun joined) {
        return message.sendSegmented(sockets[joined.socket()], joined.to(), joined.bytes(), joined.segment());
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
