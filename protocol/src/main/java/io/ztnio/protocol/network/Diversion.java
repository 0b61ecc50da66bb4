package io.ztnio.protocol.network;

/**
 * Why a member sends us a frame that was not meant for us: the network's rules divert it ({@code protocol.md} 4.8, 7.6). The
 * sender says so, and a member may say what it likes.
 */
public enum Diversion {
    /** A copy made by who sent the frame. */
    TEE_OUTBOUND(0x02),
    /** The frame itself, sent here instead by who sent it. */
    REDIRECT_OUTBOUND(0x04),
    /** As a copy, and acknowledged. */
    WATCH_OUTBOUND(0x16),
    /** A copy made by who received the frame. */
    TEE_INBOUND(0x08),
    /** The frame itself, passed on by who received it. */
    REDIRECT_INBOUND(0x0a),
    /** As a copy, and acknowledged. */
    WATCH_INBOUND(0x1c);

    private static final int KIND = 0x0e;
    private static final Diversion[] BY_KIND = new Diversion[8];

    static {
        for (Diversion diversion : values()) {
            BY_KIND[(diversion.flags & KIND) >> 1] = diversion;
        }
    }

    private final int flags;

    Diversion(int flags) {
        this.flags = flags;
    }

    /** The flags of the EXT_FRAME that carries it. */
    int flags() {
        return flags;
    }

    /** What the flags of an EXT_FRAME say; {@code null} for an ordinary frame. */
    static Diversion of(int flags) {
        return BY_KIND[(flags & KIND) >> 1];
    }

    /** Whether it was diverted where it arrived. */
    public boolean isInbound() {
        return this == TEE_INBOUND || this == REDIRECT_INBOUND || this == WATCH_INBOUND;
    }

    /** Whether the frame has not reached its destination, and does not unless we send it there. */
    public boolean isRedirect() {
        return this == REDIRECT_OUTBOUND || this == REDIRECT_INBOUND;
    }
}
