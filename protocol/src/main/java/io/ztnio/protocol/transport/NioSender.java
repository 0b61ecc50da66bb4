package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.LongAdder;

/** Sends by channels, one for each local socket, that may be shared with other senders. Thread: one at a time. */
final class NioSender implements DatagramSender {
    private static final int SEND_ATTEMPTS = 4;

    private final DatagramChannel[] channels;
    private final LongAdder failures;
    private final ByteBuffer stage = ByteBuffer.allocateDirect(DatagramBatch.SLOT_LENGTH);

    NioSender(DatagramChannel[] channels, LongAdder failures) {
        this.channels = channels;
        this.failures = failures;
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        stage.clear().put(buffer, offset, length).flip();
        if (socket >= 0) {
            sendStaged(channels[socket], to);
            return;
        }
        for (DatagramChannel channel : channels) {
            stage.rewind();
            sendStaged(channel, to);
        }
    }

    private void sendStaged(DatagramChannel channel, InetSocketAddress to) {
        try {
            for (int attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
                if (channel.send(stage, to) != 0) {
                    return;
                }
                Thread.onSpinWait();
            }
            failures.increment();
        } catch (IOException | RuntimeException e) {
            // Unreachable networks, filtered targets, an address of the wrong family: one more lost datagram.
            failures.increment();
        }
    }
}
