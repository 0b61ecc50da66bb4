package io.ztnio.tools.cli.network;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * A connection between standard input and output and a peer. The end of the input becomes the end of what is sent, and
 * the answer is read to its own end.
 *
 * <p>Thread: the command's receives, one of its own sends.
 */
final class Conversation {
    private static final int BUFFER_BYTES = 1 << 16;

    private final StandardInput in;
    private final OutputStream out;
    private final SocketChannel channel;
    private final boolean endsWithPeer;
    private volatile IOException sendFailure;
    private long received;
    /** Read after the sender has ended. */
    private long sent;

    /**
     * Makes one.
     *
     * @param channel connected; closed at the end
     * @param endsWithPeer whether the end of what the peer sends is the end, though there may be more input
     */
    Conversation(StandardInput in, OutputStream out, SocketChannel channel, boolean endsWithPeer) {
        this.in = in;
        this.out = out;
        this.channel = channel;
        this.endsWithPeer = endsWithPeer;
    }

    /** Fails when nobody reads it any more, which {@code System.out} does not tell. */
    static OutputStream standardOutput() {
        return new FileOutputStream(FileDescriptor.out);
    }

    /**
     * Runs to the end of both directions.
     *
     * @param onPeerEnd called when the peer has sent everything and there may be more to send
     */
    void run(Runnable onPeerEnd) throws IOException, InterruptedException {
        Thread sender = new Thread(this::send, "ztnio-sender");
        sender.setDaemon(true);
        try (channel) {
            sender.start();
            receive();
            if (endsWithPeer) {
                sender.interrupt();
            } else if (sender.isAlive()) {
                onPeerEnd.run();
            }
            sender.join();
            if (sendFailure != null && !endsWithPeer) {
                throw sendFailure;
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw sendFailure == null ? e : sendFailure;
        } finally {
            sender.interrupt();
        }
    }

    private void receive() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer) >= 0) {
            out.write(buffer.array(), 0, buffer.position());
            out.flush();
            received += buffer.position();
            buffer.clear();
        }
    }

    private void send() {
        try {
            for (Optional<byte[]> chunk = in.take(); chunk.isPresent(); chunk = in.take()) {
                ByteBuffer bytes = ByteBuffer.wrap(chunk.get());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                sent += chunk.get().length;
            }
            channel.shutdownOutput();
        } catch (InterruptedException e) {
            // The conversation is over.
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            sendFailure = e;
            abort();
        }
    }

    /** Wakes the receiver. */
    private void abort() {
        try {
            channel.close();
        } catch (IOException e) {
            sendFailure.addSuppressed(e);
        }
    }

    long received() {
        return received;
    }

    long sent() {
        return sent;
    }
}
