package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Connects to an echo service, prints {@code echoed}, waits in a read for what never comes, and prints how that ended.
 *
 * <p>Arguments: address, port.
 */
public final class BlockedReader {
    private BlockedReader() {}

    public static void main(String[] args) throws IOException {
        try (SocketChannel channel = SocketChannel.open(new InetSocketAddress(args[0], Integer.parseInt(args[1])))) {
            channel.write(ByteBuffer.wrap(new byte[1]));
            ByteBuffer buffer = ByteBuffer.allocate(1);
            channel.read(buffer);
            System.out.println("echoed");
            buffer.clear();
            try {
                System.out.println("read " + channel.read(buffer));
            } catch (IOException e) {
                System.out.println("ended: " + e.getMessage());
            }
        }
    }
}
