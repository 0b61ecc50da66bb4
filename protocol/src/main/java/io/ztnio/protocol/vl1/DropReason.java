package io.ztnio.protocol.vl1;

/** Why a datagram or packet went no further. Each has a counter in {@link Counters}. */
public enum DropReason {
    /** Shorter than a header. */
    TOO_SHORT,
    /** Longer than the protocol's largest packet. */
    TOO_LONG,
    /** A 13-byte LAN beacon of older versions; not answered. */
    LEGACY_BEACON,
    /** Fragment numbers that contradict themselves or exceed the limits. */
    BAD_FRAGMENT,
    /** From our own or a reserved address. */
    BAD_SOURCE,
    /** For somebody else, and we relay for nobody on that path. */
    NOT_RELAYING,
    /** Relayed too often already. */
    HOP_LIMIT,
    /** For somebody else whom we cannot reach. */
    NO_ROUTE,
    /** An undefined cipher suite. */
    UNKNOWN_CIPHER,
    /** Suite 2 from where no trusted path is configured. */
    UNTRUSTED_PATH,
    /** Wrong MAC: forged, damaged, or by another key. */
    AUTHENTICATION_FAILED,
    /** Authenticated, but seen before. */
    REPLAYED,
    /** Says that it is compressed, and cannot be decompressed. */
    BAD_COMPRESSION,
    /** Authenticated, but its contents are malformed. */
    MALFORMED,
    /** From a node that speaks a protocol that is too old. */
    OLD_PROTOCOL,
    /** HELLO whose identity is another one than its source address, or whose address is not earned by work. */
    INVALID_IDENTITY,
    /** HELLO of an address that we know with another key. */
    IDENTITY_COLLISION,
    /** OK to a packet that we did not send, or sent to somebody else. */
    UNEXPECTED_OK,
    /** From a peer that is not an upstream, and only an upstream may send this. */
    NOT_UPSTREAM,
    /** More often than we answer. */
    RATE_LIMITED,
    /** An identity that waited to be checked, and gave way to another; or there is no more room to wait. */
    IDENTITY_OVERFLOW,
    /** An identity that waited to be checked for too long. */
    IDENTITY_EXPIRED,
    /** A reply that is larger than its cause, to where its sender is not proved to be, more of which than one source gets. */
    REPLY_LIMITED,
    /** Waited for an identity or a credential, and gave way to a newer one. */
    DEFERRED_OVERFLOW,
    /** Waited for an identity or a credential for too long. */
    DEFERRED_EXPIRED,
    /** Waited to be sent, and gave way to a newer one. */
    QUEUE_OVERFLOW,
    /** Waited to be sent for too long. */
    QUEUE_EXPIRED,
    /** The threads that seal and send are behind. */
    SENDERS_BUSY,
    /** Too large to be sent in seven fragments. */
    UNSENDABLE,
    /** A table is full. */
    TABLE_FULL,
    /** A verb that we do not know, or do not act upon. */
    IGNORED_VERB
}
