package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * Looks up each argument: a line {@code NAME: ADDRESSES}, or {@code NAME: failed: EXCEPTION}. An argument {@code ?ADDRESS} is
 * an address whose name is asked for; {@code ->NAME:PORT} is connected to.
 */
public final class Lookups {
    private Lookups() {}

    public static void main(String[] arguments) throws IOException {
        for (String argument : arguments) {
            String outcome;
            try {
                outcome = outcome(argument);
            } catch (IOException e) {
                outcome = "failed: " + e;
            }
            System.out.println(argument + ": " + outcome);
        }
        System.out.println("unresolved "
                + InetSocketAddress.createUnresolved("db.corp.example", 1).isUnresolved());
        System.out.println("done");
    }

    private static String outcome(String argument) throws IOException {
        if (argument.startsWith("?")) {
            return InetAddress.getByAddress(
                            InetAddress.getByName(argument.substring(1)).getAddress())
                    .getHostName();
        }
        if (argument.startsWith("->")) {
            int colon = argument.lastIndexOf(':');
            InetSocketAddress target = new InetSocketAddress(
                    argument.substring(2, colon), Integer.parseInt(argument.substring(colon + 1)));
            try (SocketChannel channel = SocketChannel.open(target)) {
                return "connected to " + channel.getRemoteAddress();
            }
        }
        return Arrays.stream(InetAddress.getAllByName(argument))
                .map(InetAddress::toString)
                .toList()
                .toString();
    }
}
