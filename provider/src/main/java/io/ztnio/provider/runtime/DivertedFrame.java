package io.ztnio.provider.runtime;

import io.ztnio.protocol.network.Diversion;
import java.nio.ByteBuffer;

/**
 * A frame between others that a network's rules divert to this node. Immutable.
 *
 * @param network network id
 * @param member who has sent it here
 * @param sourceMac 48 bits, as {@code destinationMac}
 * @param etherType 0 to 0xffff
 * @param payload what is behind the EtherType, read-only; a copy may be cut
 */
public record DivertedFrame(
        long network,
        Diversion diversion,
        long member,
        long sourceMac,
        long destinationMac,
        int etherType,
        ByteBuffer payload) {
    public DivertedFrame {
        payload = payload.asReadOnlyBuffer();
    }

    /** At its start, for each caller its own. */
    @Override
    public ByteBuffer payload() {
        return payload.duplicate();
    }
}
