package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/**
 * Listens to a group, or sends to one or to a broadcast address, on the interface of the kernel that has an address. Prints
 * {@code listening}, and each text that comes.
 *
 * <p>Arguments: {@code listen}, own address, group, port; or {@code send}, own address, group, port, text.
 */
public final class Groups {
    private Groups() {}

    public static void main(String[] args) throws IOException {
        NetworkInterface network = NetworkInterface.getByInetAddress(InetAddress.getByName(args[1]));
        InetAddress group = InetAddress.getByName(args[2]);
        int port = Integer.parseInt(args[3]);
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, network);
            channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
            if (args[0].equals("send")) {
                ByteBuffer text = ByteBuffer.wrap(args[4].getBytes(StandardCharsets.UTF_8));
                channel.send(text, new InetSocketAddress(group, port));
                return;
            }
            channel.bind(new InetSocketAddress(port));
            channel.join(group, network);
            System.out.println("listening");
            ByteBuffer buffer = ByteBuffer.allocate(2000);
            while (true) {
                channel.receive(buffer.clear());
                System.out.println(StandardCharsets.UTF_8.decode(buffer.flip()));
            }
        }
    }
}
