package io.ztnio.overlay.node;

import io.ztnio.overlay.identity.NodeId;
import java.util.HexFormat;

/**
 * Something that happened to a node. Immutable.
 *
 * @param networkId where, 0 if it is about no network
 * @param nodeId the other node, 0 if it is about none
 * @param detail in words, empty if there is nothing to add
 */
public record OverlayEvent(Kind kind, long networkId, long nodeId, String detail) {
    /** What happened. */
    public enum Kind {
        STARTED,
        STOPPED,
        /** The node does not encrypt: whoever reaches its port is a member. */
        INSECURE,
        JOINED,
        LEFT,
        PEER_ONLINE,
        PEER_OFFLINE,
        /** A member's name or addresses are known, or have changed. */
        PEER_CHANGED,
        /** A member announces an address that is ours or another's; it is not believed. */
        ADDRESS_CONFLICT,
        /** Somebody has a node id that belongs to another key; it is refused. */
        ID_COLLISION,
        /** A state file is damaged; it is set aside, and the node goes on without it. */
        DAMAGED_STATE
    }

    @Override
    public String toString() {
        return kind
                + (networkId == 0 ? "" : " network " + HexFormat.of().toHexDigits(networkId))
                + (nodeId == 0 ? "" : " node " + NodeId.format(nodeId))
                + (detail.isEmpty() ? "" : ": " + detail);
    }
}
