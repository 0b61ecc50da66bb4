package io.ztnio.overlay.session;

/** Why a node discarded something. {@link DropCounters} has a count for each. */
public enum DropReason {
    /** No datagram of this version: length, version, reserved bytes or type. */
    MALFORMED_DATAGRAM,
    /** From a node that does not encrypt to one that does, or the other way round. */
    INSECURE_MISMATCH,
    /** A handshake for a network that this node has not joined. */
    UNKNOWN_NETWORK,
    /** A handshake whose MAC is not made with the network's key. */
    BAD_MAC,
    /** Handshakes come too fast, in all or from one address. */
    HANDSHAKE_RATE,
    /** A handshake under load without the cookie; one was sent. */
    COOKIE_MISSING,
    /** A cookie that answers nothing. */
    UNEXPECTED_COOKIE,
    /** Too many handshakes are half done. */
    HANDSHAKE_TABLE_FULL,
    /** The other side does not have the key that it needs, or somebody changed the handshake. */
    HANDSHAKE_FAILED,
    /** The handshake was with ourselves. */
    OWN_IDENTITY,
    /** An identity that is not on the network's list. */
    NOT_ALLOWED,
    /** A node id that is known to belong to another key. */
    ID_COLLISION,
    /** No handshake or session has the receiver's index. */
    UNKNOWN_SESSION,
    /** A session that is past its life or its count. */
    EXPIRED_SESSION,
    /** The counter was seen before, or is too old to tell. */
    REPLAYED,
    /** The tag is wrong: spoofed or damaged. */
    NOT_AUTHENTIC,
    /** An authentic frame that is not well-formed. */
    MALFORMED_FRAME,
    /** An IP, ARP or NDP packet that speaks for an address that is not its sender's. */
    FOREIGN_ADDRESS,
    /** An address that is ours, or that another peer had announced before. */
    ADDRESS_CONFLICT,
    /** No member has the id or MAC address. */
    UNKNOWN_PEER,
    /** The member is not there, and enough waits for it already. */
    PEER_OFFLINE,
    /** A frame longer than a datagram takes. */
    TOO_BIG,
    /** The registry of members is full. */
    REGISTRY_FULL
}
