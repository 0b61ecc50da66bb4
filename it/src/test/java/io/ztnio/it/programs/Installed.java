package io.ztnio.it.programs;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * Opens a channel and prints {@code provider <class> of <module>}, {@code open <whether it may use sun.nio.ch>}, {@code
 * versioned <whether it comes with classes of newer JDKs>} and {@code networks <ztnio.networks>}. No arguments.
 */
public final class Installed {
    private Installed() {}

    public static void main(String[] args) throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            Class<?> provider = channel.provider().getClass();
            System.out.println("provider " + provider.getName() + " of "
                    + provider.getModule().getName());
        }
        Class<?> installed = SelectorProvider.provider().getClass();
        System.out.println("open " + Object.class.getModule().isOpen("sun.nio.ch", installed.getModule()));
        System.out.println("versioned " + has("io.ztnio.protocol.transport.OffloadTransport", installed));
        System.out.println("networks " + System.getProperty("ztnio.networks"));
    }

    private static boolean has(String name, Class<?> neighbour) {
        try {
            Class.forName(name, false, neighbour.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
