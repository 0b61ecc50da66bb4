package io.ztnio.tcpip.endpoint;

import java.net.InetAddress;
import java.net.SocketOption;

/** Options of {@link DatagramEndpoint} that the JDK has no name for. Thread: immutable. */
public final class DatagramOptions {
    /**
     * An own address: multicasts leave through its link. The wildcard address, which is the default, leaves the choice
     * to the stack. Stands for {@code IP_MULTICAST_IF}, whose value cannot name a user-space link.
     */
    public static final SocketOption<InetAddress> MULTICAST_LINK_ADDRESS =
            new Name<>("MULTICAST_LINK_ADDRESS", InetAddress.class);

    private DatagramOptions() {}

    private record Name<T>(String name, Class<T> type) implements SocketOption<T> {
        @Override
        public String toString() {
            return name;
        }
    }
}
