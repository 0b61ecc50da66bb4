package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/**
 * UDP segmentation offload for this platform. Both ways it needs the foreign-function API: the JAR has another version of this class for
 * JDK 22 and up, and JDK 17 has an incubator that this one uses. Without it, what is sent has offload on JDK 17 to 21. Stateless.
 */
final class SegmentationOffload {
    private SegmentationOffload() {}

    /**
     * Binds one socket to each address, or returns {@code null} if offload or an address is not available.
     *
     * @param os whose channels are used where the system is not called for everything
     */
    static DatagramTransport open(SelectorProvider os, List<InetSocketAddress> bind, UdpOffload offload, int senders) {
        if (offload == UdpOffload.OFF) {
            return null;
        }
        boolean incubator = offload == UdpOffload.ON ? IncubatorModule.load() : IncubatorModule.isGiven();
        DatagramTransport both =
                incubator && IncubatorCalls.areAvailable() ? open(IncubatorTransport::open, os, bind, senders) : null;
        return both == null && SocketOptionCalls.areAvailable()
                ? open(SegmentingTransport::open, os, bind, senders)
                : both;
    }

    private interface Kind {
        DatagramTransport open(SelectorProvider os, List<InetSocketAddress> bind, int senders) throws IOException;
    }

    private static DatagramTransport open(Kind kind, SelectorProvider os, List<InetSocketAddress> bind, int senders) {
        try {
            return kind.open(os, bind, senders);
        } catch (IOException | RuntimeException e) {
            System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "no UDP segmentation offload: " + e);
            return null;
        }
    }
}
