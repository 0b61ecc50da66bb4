package io.ztnio.protocol.config;

/**
 * A member with a special role: an address in the low 40 bits, roles above ({@code protocol.md} 6.2). Immutable.
 *
 * @param encoded as on the wire
 */
public record Specialist(long encoded) {
    public static final long ACTIVE_BRIDGE = 0x0000_0200_0000_0000L;
    public static final long ANCHOR = 0x0000_0400_0000_0000L;
    public static final long MULTICAST_REPLICATOR = 0x0000_0800_0000_0000L;

    public static Specialist of(long address, long roles) {
        return new Specialist(address | roles);
    }

    public long address() {
        return encoded & 0xff_ffff_ffffL;
    }

    /** Whether it has one of these roles. */
    public boolean is(long roles) {
        return (encoded & roles) != 0;
    }
}
