package io.ztnio.protocol.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;

/** UDP segmentation offload on Linux. Stateless. */
final class SegmentationOffload {
    private SegmentationOffload() {}

    /**
     * Binds one socket to each address, or returns {@code null} if offload or an address is not available.
     *
     * @param os not used: the sockets are the system's own
     */
    static DatagramTransport open(SelectorProvider os, List<InetSocketAddress> bind, UdpOffload offload, int senders) {
        // Otherwise newer JDKs warn.
        boolean nativeAccess = SegmentationOffload.class.getModule().isNativeAccessEnabled();
        if (offload == UdpOffload.OFF || (offload == UdpOffload.AUTO && !nativeAccess)) {
            return null;
        }
        try {
            return LinuxSockets.isSupported() ? OffloadTransport.open(bind, senders) : null;
        } catch (IOException | RuntimeException | LinkageError e) {
            System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "no UDP segmentation offload: " + e);
            return null;
        }
    }
}
