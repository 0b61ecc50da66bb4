package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/** Where a node's sockets come from: an operating system, or a network within the process. Thread-safe. */
@FunctionalInterface
public interface UdpSockets {
    /** Those of an operating system: never a provider that routes into the node. */
    static UdpSockets of(SelectorProvider os) {
        return (bind, offload, senders) -> DatagramTransport.open(os, bind, offload, senders);
    }

    /**
     * Opens one for each address, as {@link DatagramTransport#open}.
     *
     * @param bind local addresses; port 0 chooses a free port
     * @param senders how many further {@linkplain DatagramTransport#sender senders} there will be
     * @throws java.net.BindException naming the address that cannot be bound
     */
    DatagramTransport open(List<InetSocketAddress> bind, UdpOffload offload, int senders) throws IOException;
}
