package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/**
 * A node's UDP sockets, numbered in the order of the addresses bound.
 *
 * <p>Thread: as {@link Carrier} says; {@link #close} comes after the threads of the further senders have ended too.
 */
public interface DatagramTransport extends Carrier {
    /** As {@link #open(SelectorProvider, List, UdpOffload, int)}, without further senders. */
    static DatagramTransport open(SelectorProvider os, List<InetSocketAddress> bind, UdpOffload offload)
            throws IOException {
        return open(os, bind, offload, 0);
    }

    /**
     * Binds one socket to each address. Without offload where it is not available: that is not an error, but a
     * warning if it was asked for.
     *
     * @param os the operating system's provider: never a provider that routes into this node
     * @param bind local addresses; port 0 chooses a free port. After every address of a port, single ones of it may come, and then
     *     what comes to those is theirs
     * @param senders how many further {@linkplain #sender senders} there will be
     * @throws java.net.BindException naming the address that cannot be bound
     */
    static DatagramTransport open(SelectorProvider os, List<InetSocketAddress> bind, UdpOffload offload, int senders)
            throws IOException {
        DatagramTransport offloaded = SegmentationOffload.open(os, bind, offload, senders);
        if (offloaded != null) {
            return offloaded;
        }
        DatagramTransport transport = NioTransport.open(os, bind, senders);
        if (offload == UdpOffload.ON) {
            System.getLogger("io.ztnio.transport")
                    .log(
                            System.Logger.Level.WARNING,
                            "no UDP segmentation offload, which is asked for: it needs Linux, and JDK 22 or newer with a"
                                    + " ztnio.jar built by one, or JDK 17 to 21 with the module jdk.unsupported; datagrams go"
                                    + " one by one");
        }
        return transport;
    }

    /**
     * A further way out, from the same addresses and ports, for a thread of its own. Where the system allows it, it has
     * sockets of its own too, so that senders do not wait for each other.
     *
     * @param index 0 up to the number of senders asked for
     */
    DatagramSender sender(int index);

    /**
     * Has what a socket sends leave by an interface, whatever the routes say, and what comes by others pass it by.
     *
     * @return false where that cannot be done: then the source address is all that the system has to go by
     */
    default boolean pin(int socket, String device) {
        return false;
    }

    /** Datagrams that the system refused to send. */
    long sendFailures();

    /** Receives that failed. */
    long receiveFailures();

    /** A word or two for logs: how datagrams go in and out. */
    String description();
}
