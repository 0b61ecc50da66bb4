package io.ztnio.protocol.portmap;

import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.function.LongSupplier;

/** A channel to the router's port for PCP and NAT-PMP, connected and non-blocking. Thread: one at a time. */
final class ControlChannel implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.ztnio.portmap");
    private static final int DATAGRAM_BYTES = 1500;

    /** Whatever more there is makes the selector ready again, after what is due. */
    private static final int MAX_AT_ONCE = 64;

    private final DatagramChannel channel;
    private final LongSupplier millis;
    private final ByteBuffer buffer = ByteBuffer.allocate(DATAGRAM_BYTES);

    /** Who asks. */
    interface Asker {
        /** Takes a datagram that came from the gateway's port 5351. */
        void receive(byte[] bytes, int length, long nowMillis);

        /** The gateway's host has said that nobody is at that port. */
        void unreachable(long nowMillis);
    }

    /** @param millis what the askers' times are of */
    ControlChannel(DatagramChannel channel, LongSupplier millis) {
        this.channel = channel;
        this.millis = millis;
    }

    void send(byte[] request, Asker asker) {
        try {
            channel.write(ByteBuffer.wrap(request));
        } catch (PortUnreachableException e) {
            asker.unreachable(millis.getAsLong());
        } catch (IOException e) {
            // As if it were lost.
            LOG.log(System.Logger.Level.DEBUG, "asking the router: " + e);
        }
    }

    /** Hands over what has come. */
    void receive(Asker asker) {
        try {
            for (int i = 0; i < MAX_AT_ONCE && channel.read(buffer.clear()) > 0; i++) {
                byte[] answer = new byte[buffer.flip().remaining()];
                buffer.get(answer);
                asker.receive(answer, answer.length, millis.getAsLong());
            }
        } catch (IOException e) {
            // What ICMP says of a connected socket: nobody is at the port, or a firewall lets nobody there.
            asker.unreachable(millis.getAsLong());
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a socket: " + e);
        }
    }
}
