package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.buffer.ReceiveRing;
import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.tcp.connection.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What an application reads of its stream: the ring, then the end or the failure.
 *
 * <p>Thread: one reader; the engine, inside the gate, ends it and says from where on a read opens the window; the rest is
 * thread-safe.
 */
final class StreamInput {
    private final TcpStream stream;
    private final ReceiveRing ring;
    private final ToldFailure failure;
    private volatile boolean ended;
    private volatile boolean shut;
    private volatile long windowUpdatePosition = Long.MAX_VALUE;

    StreamInput(TcpStream stream, ReceiveRing ring, ToldFailure failure) {
        this.stream = stream;
        this.ring = ring;
        this.failure = failure;
    }

    ReceiveRing ring() {
        return ring;
    }

    /** The peer will send no more. */
    void end() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    /** The application will read no more. */
    void shut() {
        shut = true;
        ring.discard();
    }

    boolean isShut() {
        return shut;
    }

    /** Whether data was received that nobody has read, and that nobody said he would not. */
    boolean isUnread() {
        return !shut && ring.available() > 0;
    }

    /** From this read position on, the engine wants to hear of reads. */
    void windowUpdatePosition(long position) {
        windowUpdatePosition = position;
    }

    boolean isReadable() {
        return ring.isReadable(stream.options.urgentInline) || ended || shut || failure.isSet();
    }

    int available() {
        return shut ? 0 : ring.available(stream.options.urgentInline);
    }

    int read(ByteBuffer destination) throws IOException {
        if (shut) {
            return -1;
        }
        // Looked at before the ring: what came before the end is in it by then.
        boolean last = ended;
        Failure reason = failure.reason();
        int count = ring.read(destination, stream.options.urgentInline);
        if (count > 0) {
            afterRead();
            return count;
        }
        if (!destination.hasRemaining()) {
            return 0;
        }
        if (last) {
            return -1;
        }
        if (reason != null) {
            return failure.tellReader(reason);
        }
        afterRead();
        return 0;
    }

    long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            if (!destinations[i].hasRemaining()) {
                continue;
            }
            if (total > 0 && (ring.available() == 0 || ring.isAtUrgent())) {
                break;
            }
            int count = stream.read(destinations[i]);
            if (count <= 0) {
                return total > 0 ? total : count;
            }
            total += count;
            if (destinations[i].hasRemaining()) {
                break;
            }
        }
        return total;
    }

    private void afterRead() {
        boolean ask = false;
        if (!ring.isReadable(stream.options.urgentInline) && !ended && !failure.isSet()) {
            stream.clear(Endpoint.READABLE);
            ask = isReadable();
        }
        if (ask || ring.readPosition() >= windowUpdatePosition) {
            stream.askEngine();
        }
    }
}
