package io.ztnio.overlay.node;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.session.Bytes;

/**
 * Whether an Ethernet frame speaks only for addresses that are its sender's: the source of an IP packet, the sender of an
 * ARP packet, the target of a neighbour advertisement, and the MAC addresses that these two state. Stateless.
 */
final class SourceCheck {
    private static final int IPV4 = 0x0800;
    private static final int ARP = 0x0806;
    private static final int IPV6 = 0x86dd;

    private static final int IPV4_SOURCE = 12;
    private static final int IPV4_LENGTH = 20;
    private static final int ARP_LENGTH = 28;
    private static final int ARP_SENDER_MAC = 8;
    private static final int ARP_SENDER_IP = 14;
    private static final int IPV6_NEXT_HEADER = 6;
    private static final int IPV6_SOURCE = 8;
    private static final int IPV6_LENGTH = 40;
    private static final int ICMPV6 = 58;
    private static final int ADVERTISEMENT = 136;
    private static final int ADVERTISEMENT_TARGET = IPV6_LENGTH + 8;
    private static final int ADVERTISEMENT_LENGTH = ADVERTISEMENT_TARGET + 16;

    private SourceCheck() {}

    static boolean passes(long networkId, Member sender, int etherType, byte[] buffer, int offset, int length) {
        return switch (etherType) {
            case IPV4 -> length >= IPV4_LENGTH && sender.has(buffer, offset + IPV4_SOURCE, 4);
            case ARP ->
                length >= ARP_LENGTH
                        && Bytes.u48(buffer, offset + ARP_SENDER_MAC) == sender.mac
                        && (Bytes.i32(buffer, offset + ARP_SENDER_IP) == 0
                                || sender.has(buffer, offset + ARP_SENDER_IP, 4));
            case IPV6 ->
                length >= IPV6_LENGTH
                        && ipv6Source(networkId, sender, buffer, offset + IPV6_SOURCE)
                        && advertisement(networkId, sender, buffer, offset, length);
            // Nobody takes what is neither IP nor ARP.
            default -> false;
        };
    }

    private static boolean ipv6Source(long networkId, Member sender, byte[] buffer, int at) {
        return isOwn(networkId, sender, buffer, at)
                // Unspecified: the group reports and the duplicate detection of a node without addresses.
                || (Bytes.i64(buffer, at) | Bytes.i64(buffer, at + 8)) == 0;
    }

    private static boolean isOwn(long networkId, Member sender, byte[] buffer, int at) {
        return DerivedAddresses.nodeOf(networkId, buffer, at) == sender.id || sender.has(buffer, at, 16);
    }

    private static boolean advertisement(long networkId, Member sender, byte[] buffer, int offset, int length) {
        if (Bytes.u8(buffer, offset + IPV6_NEXT_HEADER) != ICMPV6
                || length <= IPV6_LENGTH
                || Bytes.u8(buffer, offset + IPV6_LENGTH) != ADVERTISEMENT) {
            return true;
        }
        // The stack takes the frame's MAC, which is the sender's; what an option says otherwise it refuses.
        return length >= ADVERTISEMENT_LENGTH && isOwn(networkId, sender, buffer, offset + ADVERTISEMENT_TARGET);
    }
}
