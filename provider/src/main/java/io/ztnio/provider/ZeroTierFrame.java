package io.ztnio.provider;

import java.nio.ByteBuffer;

/**
 * A frame between other members that a network's rules divert to this node ({@code docs/protocol.md} 7.6). Immutable.
 *
 * @param network 16 hexadecimal digits
 * @param inbound whether it was diverted where it arrived, and not where it was sent
 * @param member who has sent it here, ten hexadecimal digits: a member of the network
 * @param sourceMac 48 bits, as {@code destinationMac}
 * @param etherType 0 to 0xffff
 * @param payload what is behind the EtherType, read-only; rules may have cut a copy
 */
public record ZeroTierFrame(
        String network,
        Action action,
        boolean inbound,
        String member,
        long sourceMac,
        long destinationMac,
        int etherType,
        ByteBuffer payload) {
    /** Which action of the rules diverts it. */
    public enum Action {
        /** A copy. */
        TEE,
        /** A copy whose receipt is acknowledged. */
        WATCH,
        /** The frame itself: it reaches nobody else. */
        REDIRECT
    }

    public ZeroTierFrame {
        payload = payload.asReadOnlyBuffer();
    }

    /** At its start, for each caller its own. */
    @Override
    public ByteBuffer payload() {
        return payload.duplicate();
    }
}
