package io.ztnio.overlay.socket;

import io.ztnio.overlay.identity.NodeId;
import java.net.InetAddress;

/**
 * One end of a stream, or the sender of a datagram. Immutable.
 *
 * @param nodeId the node, or -1 if the address belongs to no known node
 * @param address its IP address on the network
 * @param port 0 to 65535
 */
public record NodeAddress(long nodeId, InetAddress address, int port) {
    @Override
    public String toString() {
        return (nodeId < 0 ? address.getHostAddress() : NodeId.format(nodeId)) + ":" + port;
    }
}
