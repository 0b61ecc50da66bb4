package io.ztnio.protocol.network;

/** Why VL2 did not take something it received, or did not send a frame. Each is counted. */
public enum NetworkDropReason {
    /** The packet ends too early or holds a value that may not be. */
    MALFORMED,
    NOT_JOINED,
    NO_CONFIGURATION,
    /** The sender has not shown a certificate of membership that agrees with ours. */
    NOT_A_MEMBER,
    /** Refused by the rules of the network. */
    FILTERED,
    /** A MAC address that the sender may not use, or that is not ours. */
    WRONG_MAC,
    /** The network allows no multicast or no broadcast. */
    MULTICAST_DISABLED,
    /** A signature does not verify or its signer is not the controller. */
    BAD_SIGNATURE,
    /** A signature that was not verified, because its sender, or all strangers together, have had too many verified. */
    SIGNATURES_LIMITED,
    /** A configuration chunk without signature. */
    UNSIGNED,
    /** Older than what we have, or revoked. */
    STALE,
    /** The sender exceeds a rate limit. */
    RATE_LIMITED,
    /** A table is full. */
    TABLE_FULL,
    /** A configuration that is not for us or not for this network. */
    WRONG_CONFIGURATION,
    /** A configuration that nobody can be set up by: malformed, or with values that cannot be. */
    IMPOSSIBLE_CONFIGURATION,
    /** An address, route or specialist of a configuration that is of no use to a member; the rest is used. */
    USELESS_ENTRY,
    /** A configuration that the listener could not take, which is a bug; what was before stays. */
    NOT_APPLICABLE,
    /** Not authorized to ask or announce. */
    UNAUTHORIZED,
    /** A trace that was not sent, because the network has caused too many. */
    TRACES_LIMITED,
    /** Larger than the network's MTU or a packet. */
    TOO_LARGE
}
