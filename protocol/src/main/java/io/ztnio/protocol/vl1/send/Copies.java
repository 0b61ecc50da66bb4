package io.ztnio.protocol.vl1.send;

import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.path.Path;
import java.net.InetSocketAddress;

/** Sends each datagram by several paths, whatever its destination is said to be. Thread: confined to the node. */
final class Copies implements DatagramSender {
    private final DatagramSender sender;
    private Path[] ways = {};
    private int count;

    Copies(DatagramSender sender) {
        this.sender = sender;
    }

    /** The same with other paths from now on. */
    Copies by(Path[] replacement, int newCount) {
        ways = replacement;
        count = newCount;
        return this;
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        for (int i = 0; i < count; i++) {
            sender.send(ways[i].socket, ways[i].remote, buffer, offset, length);
        }
    }
}
