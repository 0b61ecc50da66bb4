package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** UDP by the JDK's channels, by which runs of equal datagrams leave in one piece ({@code UDP_SEGMENT}), and arrive one by one. */
final class SegmentingTransport extends NioTransport {
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTOIFINDEX = 62;

    private final Set<DatagramChannel> taken = Collections.newSetFromMap(new IdentityHashMap<>());

    private SegmentingTransport(SelectorProvider os, boolean overlap) throws IOException {
        super(os, overlap);
    }

    /**
     * Binds one socket to each address, and one more for each sender.
     *
     * @throws IOException if the system cannot do that, or not with offload
     */
    static NioTransport open(SelectorProvider os, List<InetSocketAddress> bind, int senders) throws IOException {
        return open(new SegmentingTransport(os, overlap(bind)), os, bind, senders);
    }

    @Override
    DatagramSender newSender(DatagramChannel[] ways, LongAdder failures) throws IOException {
        for (DatagramChannel way : ways) {
            if (!taken.add(way)) {
                // What one sender's socket divides by is no other sender's business.
                throw new IOException("senders share a socket");
            }
        }
        return new SegmentingSender(ways, failures);
    }

    /** As {@link IncubatorTransport#pin}, by the interface's number, since Linux 5.0. */
    @Override
    public boolean pin(int socket, String device) {
        try {
            NetworkInterface named = NetworkInterface.getByName(device);
            if (named == null) {
                return false;
            }
            for (DatagramChannel channel : channelsOf(socket)) {
                SocketOptionCalls.set(channel, SOL_SOCKET, SO_BINDTOIFINDEX, named.getIndex());
            }
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    @Override
    public String description() {
        return "segmentation offload of what is sent";
    }
}
