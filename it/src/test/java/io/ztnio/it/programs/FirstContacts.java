package io.ztnio.it.programs;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/**
 * Connects to one address after the other, where nobody need listen: to be refused is an answer too. Prints {@code ADDRESS after <n>
 * us} for each. Arguments: port, addresses.
 */
public final class FirstContacts {
    private FirstContacts() {}

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        for (int i = 1; i < args.length; i++) {
            long start = System.nanoTime();
            try (SocketChannel channel = PatientConnect.open(new InetSocketAddress(args[i], port))) {
                System.out.println(channel.getRemoteAddress() + " listens");
            } catch (ConnectException e) {
                // Refused, by who is to be met.
            }
            System.out.println(args[i] + " after " + (System.nanoTime() - start) / 1_000 + " us");
        }
    }
}
