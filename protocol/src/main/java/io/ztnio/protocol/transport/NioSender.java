package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.LongAdder;

/** Sends by channels, one for each local socket, that may be shared with other senders. Thread: one at a time. */
final class NioSender implements DatagramSender {
    private static final int SEND_ATTEMPTS = 4;

    private final DatagramChannel[] channels;
    private final LongAdder failures;
    /** That fragments are forbidden; {@code null} where the JDK has no such option, as before 19. */
    private final SocketOption<?> dontFragment;

    private final ByteBuffer stage = ByteBuffer.allocateDirect(DatagramBatch.SLOT_LENGTH);

    NioSender(DatagramChannel[] channels, LongAdder failures) {
        this.channels = channels;
        this.failures = failures;
        this.dontFragment = channels.length == 0 ? null : dontFragment(channels[0]);
    }

    /** It is found by its name, because older JDKs do not have it. */
    private static SocketOption<?> dontFragment(DatagramChannel channel) {
        return channel.supportedOptions().stream()
                .filter(option -> option.name().equals("IP_DONTFRAGMENT") && option.type() == Boolean.class)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        send(socket, to, stage.clear().put(buffer, offset, length).flip());
    }

    /** As {@link #send(int, InetSocketAddress, byte[], int, int)}, what remains in a direct buffer. */
    void send(int socket, InetSocketAddress to, ByteBuffer data) {
        if (socket >= 0) {
            sendBy(socket, to, data);
            return;
        }
        int start = data.position();
        for (int number = 0; number < channels.length; number++) {
            sendBy(number, to, data.position(start));
        }
    }

    @Override
    public boolean canSendWhole() {
        return dontFragment != null;
    }

    /** Only while this one goes are fragments forbidden. */
    @Override
    @SuppressWarnings("unchecked") // Its type has been looked at.
    public boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (dontFragment == null) {
            return false;
        }
        SocketOption<Boolean> option = (SocketOption<Boolean>) dontFragment;
        stage.clear().put(buffer, offset, length).flip();
        try {
            channels[socket].setOption(option, true);
            try {
                channels[socket].send(stage, to);
            } finally {
                channels[socket].setOption(option, false);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            // Too long, or no way there: then nothing of any length arrives.
            return false;
        }
    }

    private void sendBy(int socket, InetSocketAddress to, ByteBuffer data) {
        for (int attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
            try {
                if (channels[socket].send(data, to) != 0) {
                    return;
                }
            } catch (IOException | RuntimeException e) {
                if (!isTooLong(e)) {
                    // Unreachable networks, filtered targets, an address of the wrong family: one more lost datagram.
                    break;
                }
                // Perhaps somebody who shares the socket forbids fragments at this moment.
            }
            Thread.onSpinWait();
        }
        failures.increment();
    }

    /** EMSGSIZE, of which the JDK has the operating system's words. */
    private static boolean isTooLong(Exception failure) {
        return failure instanceof IOException
                && String.valueOf(failure.getMessage()).contains("too long");
    }

    /**
     * Sends what remains in a direct buffer by one socket.
     *
     * @return false if the system has no room
     * @throws IOException if it refuses
     */
    boolean offer(int socket, InetSocketAddress to, ByteBuffer data) throws IOException {
        for (int attempt = 0; attempt < SEND_ATTEMPTS; attempt++) {
            if (channels[socket].send(data, to) != 0) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }
}
