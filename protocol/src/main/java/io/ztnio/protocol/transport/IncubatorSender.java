package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends runs of equal datagrams to one destination in one piece ({@code UDP_SEGMENT} of {@code udp(7)}), past the channels that have the
 * sockets, and by the channels what is alone or cannot go that way. Thread: one at a time.
 */
final class IncubatorSender extends RunSender {

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
    boolean sendShortBy(int number, InetSocketAddress to, byte[] bytes, int ttl) {
        data.put(0, bytes);
        return !channels[number].isOpen() || message.sendShort(sockets[number], to, bytes.length, ttl);
    }

    @Override
    boolean sendWholeBy(
            int socket, InetSocketAddress to, byte[] buffer, int offset, int length, int level, int option) {
        data.put(0, buffer, offset, length);
        int usual = message.option(sockets[socket], level, option);
        if (!message.setOption(sockets[socket], level, option, PMTUDISC_PROBE)) {
            return false;
        }
        boolean sent = message.send(sockets[socket], to, length);
        message.setOption(sockets[socket], level, option, usual);
        return sent;
    }
}
