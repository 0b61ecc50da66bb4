package io.ztnio.protocol.transport;

import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * UDP by the JDK's channels, whose sockets are also used past them: runs of equal datagrams are handed over in one piece both ways
 * ({@code UDP_SEGMENT}, {@code UDP_GRO}).
 */
final class IncubatorTransport extends NioTransport {
    private static final int RECEIVE_BYTES = 1 << 16;
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;
    private static final int SOL_UDP = 17;
    private static final int UDP_GRO = 104;

    private final ChannelDescriptors descriptors = new ChannelDescriptors();

    // The receiving thread's.
    private final IncubatorMessage inbound = new IncubatorMessage(RECEIVE_BYTES);
    private int splitSocket;
    private int splitAt;
    private int splitEnd;
    private int splitSegment;
    private InetSocketAddress splitSource;

    private IncubatorTransport(SelectorProvider os, boolean overlap) throws IOException {
        super(os, overlap);
    }

    /**
     * Binds one socket to each address, and one more for each sender where that is possible.
     *
     * @throws IOException if the system cannot do that, or not with offload
     */
    static NioTransport open(SelectorProvider os, List<InetSocketAddress> bind, int senders) throws IOException {
        return open(new IncubatorTransport(os, overlap(bind)), os, bind, senders);
    }

    @Override
    DatagramSender newSender(DatagramChannel[] ways, LongAdder failures) throws IOException {
        ChannelDescriptors.Socket[] sockets = descriptors.of(ways);
        for (ChannelDescriptors.Socket socket : sockets) {
            if (!inbound.setOption(socket, SOL_UDP, UDP_GRO, 1)) {
                throw new IOException("no UDP_GRO");
            }
        }
        return new IncubatorSender(ways, sockets, failures);
    }

    /** Where the system says no the socket stays as it is; Linux lets who has no rights bind one that is not bound, since 5.7. */
    @Override
    public boolean pin(int socket, String device) {
        byte[] name = device.getBytes(StandardCharsets.UTF_8);
        ByteBuffer memory = ByteBuffer.allocateDirect(name.length + 1).put(0, name);
        long at = IncubatorCalls.address(memory);
        boolean done = true;
        try {
            for (DatagramChannel channel : channelsOf(socket)) {
                int fd = channel.isOpen() ? descriptors.known(channel).fd() : -1;
                done &= fd >= 0
                        && IncubatorCalls.setOption(fd, SOL_SOCKET, SO_BINDTODEVICE, at, memory.capacity()) == 0;
            }
        } finally {
            Reference.reachabilityFence(memory);
        }
        return done;
    }

    @Override
    public void awaitReadable(long timeoutMillis) throws IOException {
        if (splitAt == splitEnd) {
            super.awaitReadable(timeoutMillis);
        }
    }

    @Override
    public void receive(DatagramBatch batch) {
        split(batch);
        if (!batch.isFull()) {
            super.receive(batch);
        }
    }

    @Override
    boolean receiveOne(DatagramChannel channel, int socket, DatagramBatch batch) {
        // The descriptor of a closed one may be somebody else's by now.
        int length = channel.isOpen() ? inbound.receive(descriptors.known(channel)) : -1;
        if (length < 0) {
            return false;
        }
        splitSocket = socket;
        splitAt = 0;
        splitEnd = length;
        splitSegment = inbound.receivedSegment(length);
        splitSource = inbound.source();
        if (length == 0) {
            batch.commit(0, splitSocket, splitSource);
        }
        split(batch);
        return true;
    }

    /** Moves what was received to the batch, as far as there is room; the rest stays for the next one. */
    private void split(DatagramBatch batch) {
        while (splitAt < splitEnd && !batch.isFull()) {
            int length = Math.min(splitSegment, splitEnd - splitAt);
            int kept = Math.min(length, DatagramBatch.SLOT_LENGTH);
            inbound.data.get(splitAt, batch.freeSlot(), 0, kept);
            batch.commit(kept, splitSocket, splitSource);
            splitAt += length;
        }
    }

    @Override
    public String description() {
        return "segmentation offload";
    }
}
