package io.ztnio.protocol.transport;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * UDP segmentation offload for this platform. It needs the foreign-function API: the JAR has another version of this
 * class for JDK 22 and up. Stateless.
 */
final class SegmentationOffload {
    private SegmentationOffload() {}

    /** Whether native functions may be called without a warning. */
    static boolean isNativeAccessEnabled() {
        return false;
    }

    /** Binds one socket to each address, or returns {@code null} if offload or an address is not available. */
    static DatagramTransport open(List<InetSocketAddress> bind, int senders) {
        return null;
    }
}
