package io.ztnio.protocol.rule;

import io.ztnio.protocol.wire.BigEndian;
import java.util.random.RandomGenerator;

/** Evaluates single matches ({@code protocol.md} 7.6, part B). Thread: confined to the node. */
final class RuleMatcher {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SCTP = 132;
    private static final int UDP_LITE = 136;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 0x3a;
    private static final int NEIGHBOUR_SOLICITATION = 135;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;

    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final long INBOUND_BIT = 1L << 63;
    private static final long MULTICAST_BIT = 1L << 62;
    private static final long BROADCAST_BIT = 1L << 61;
    private static final long IP_AUTHENTICATED_BIT = 1L << 60;
    private static final long MAC_AUTHENTICATED_BIT = 1L << 59;

    /** A missing remote tag has let a match pass: the next DROP does not count. */
    boolean skipDrop;

    /** These rules were met as the target of a copy. */
    boolean superAccept;

    private final RandomGenerator random;
    private FilteredFrame frame = new FilteredFrame();
    private RuleParty own;
    private RuleParty remote;
    private boolean unknownMatches;

    RuleMatcher(RandomGenerator random) {
        this.random = random;
    }

    void prepare(FilteredFrame newFrame, RuleParty newOwn, RuleParty newRemote, boolean newUnknownMatches) {
        frame = newFrame;
        own = newOwn;
        remote = newRemote;
        unknownMatches = newUnknownMatches;
    }

    /** The match with NOT applied, except where its precondition fails: that is a no (or yes) which NOT leaves alone. */
    boolean matches(Rule rule) {
        byte[] data = rule.rawData();
        boolean not = rule.isNot();
        if (rule.type() == null) {
            return unknownMatches ^ not;
        }
        return switch (rule.type()) {
            case MATCH_SOURCE_ZEROTIER_ADDRESS -> BigEndian.getAddress(data, 0) == frame.source ^ not;
            case MATCH_DEST_ZEROTIER_ADDRESS -> BigEndian.getAddress(data, 0) == frame.destination ^ not;
            case MATCH_VLAN_ID -> BigEndian.getShort(data, 0) == 0 ^ not;
            case MATCH_VLAN_PCP, MATCH_VLAN_DEI -> data[0] == 0 ^ not;
            case MATCH_MAC_SOURCE -> BigEndian.getMac(data, 0) == frame.sourceMac ^ not;
            case MATCH_MAC_DEST -> BigEndian.getMac(data, 0) == frame.destinationMac ^ not;
            case MATCH_IPV4_SOURCE -> frame.isIpv4() && (ipv4Contains(data, 12) ^ not);
            case MATCH_IPV4_DEST -> frame.isIpv4() && (ipv4Contains(data, 16) ^ not);
            case MATCH_IPV6_SOURCE -> frame.isIpv6() && (ipv6Contains(data, 8) ^ not);
            case MATCH_IPV6_DEST -> frame.isIpv6() && (ipv6Contains(data, 24) ^ not);
            case MATCH_IP_TOS -> trafficClass() >= 0 && (tosInRange(data) ^ not);
            case MATCH_IP_PROTOCOL -> frame.ipProtocol() >= 0 && (frame.ipProtocol() == (data[0] & 0xff) ^ not);
            case MATCH_ETHERTYPE -> BigEndian.getShort(data, 0) == frame.etherType ^ not;
            case MATCH_ICMP -> icmp(data, not);
            case MATCH_IP_SOURCE_PORT_RANGE -> frame.ipProtocol() >= 0 && (portInRange(data, 0) ^ not);
            case MATCH_IP_DEST_PORT_RANGE -> frame.ipProtocol() >= 0 && (portInRange(data, 2) ^ not);
            case MATCH_CHARACTERISTICS -> (characteristics(BigEndian.getLong(data, 0)) != 0) ^ not;
            case MATCH_FRAME_SIZE_RANGE -> inRange(data, frame.length) ^ not;
            case MATCH_RANDOM -> Integer.compareUnsigned(random.nextInt(), BigEndian.getInt(data, 0)) <= 0 ^ not;
            case MATCH_TAGS_DIFFERENCE,
                    MATCH_TAGS_BITWISE_AND,
                    MATCH_TAGS_BITWISE_OR,
                    MATCH_TAGS_BITWISE_XOR,
                    MATCH_TAGS_EQUAL -> tags(rule.type(), BigEndian.getInt(data, 0), BigEndian.getInt(data, 4), not);
            case MATCH_TAG_SENDER -> oneTag(true, BigEndian.getInt(data, 0), BigEndian.getInt(data, 4), not);
            case MATCH_TAG_RECEIVER -> oneTag(false, BigEndian.getInt(data, 0), BigEndian.getInt(data, 4), not);
            case MATCH_INTEGER_RANGE -> integerInRange(data) ^ not;
            default -> unknownMatches ^ not;
        };
    }

    private boolean ipv4Contains(byte[] data, int at) {
        int bits = data[4] & 0xff;
        int mask = bits == 0 ? 0 : -1 << (32 - Math.min(bits, 32));
        int ip = BigEndian.getInt(frame.bytes, frame.offset + at);
        return ((BigEndian.getInt(data, 0) ^ ip) & mask) == 0;
    }

    /** Unlike IPv4, host bits set in the rule's own address make it match nothing ({@code protocol.md} 5.1). */
    private boolean ipv6Contains(byte[] data, int at) {
        int bits = Math.min(data[16] & 0xff, 128);
        for (int i = 0; i < 16; i++) {
            int keep = Math.max(0, Math.min(8, bits - i * 8));
            int mask = 0xff00 >> keep & 0xff;
            if ((frame.byteAt(at + i) & mask) != (data[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private int trafficClass() {
        if (frame.isIpv4()) {
            return frame.byteAt(1);
        }
        return frame.isIpv6() ? (frame.byteAt(0) << 4 & 0xf0) | frame.byteAt(1) >> 4 : -1;
    }

    private boolean tosInRange(byte[] data) {
        int tos = trafficClass() & data[0];
        return tos >= (data[1] & 0xff) && tos <= (data[2] & 0xff);
    }

    private boolean icmp(byte[] data, boolean not) {
        int upper = frame.upperOffsetOf(frame.isIpv4() ? ICMP : ICMPV6, 2);
        if (upper < 0 || frame.byteAt(upper) != (data[0] & 0xff)) {
            return false;
        }
        return (data[2] & 1) == 0 || (frame.byteAt(upper + 1) == (data[1] & 0xff) ^ not);
    }

    private boolean portInRange(byte[] data, int at) {
        int protocol = frame.ipProtocol();
        if (protocol != TCP && protocol != UDP && protocol != SCTP && protocol != UDP_LITE) {
            return false;
        }
        int upper = frame.upperOffset();
        if (upper + 4 > frame.length) {
            return false;
        }
        int port = frame.shortAt(upper + at);
        return inRange(data, port) && (port != 0 || !frame.isIpv6());
    }

    private static boolean inRange(byte[] data, int value) {
        return value >= BigEndian.getShort(data, 0) && value <= BigEndian.getShort(data, 2);
    }

    /** Those of the wanted bits that the frame has; the costly ones are not computed unless they are wanted. */
    private long characteristics(long wanted) {
        long bits = frame.inbound ? INBOUND_BIT : 0;
        bits |= (frame.destinationMac >>> 40 & 1) != 0 ? MULTICAST_BIT : 0;
        bits |= frame.destinationMac == BROADCAST ? BROADCAST_BIT : 0;
        RuleParty sender = frame.inbound ? remote : own;
        if ((wanted & MAC_AUTHENTICATED_BIT) != 0 && sender != null && sender.ownsMac(frame.sourceMac)) {
            bits |= MAC_AUTHENTICATED_BIT;
        }
        if ((wanted & IP_AUTHENTICATED_BIT) != 0 && sender != null && senderIpAuthenticated(sender)) {
            bits |= IP_AUTHENTICATED_BIT;
        }
        int tcp = frame.upperOffsetOf(TCP, 14);
        if (tcp >= 0) {
            bits |= (long) (frame.byteAt(tcp + 12) & 0xf) << 8 | frame.byteAt(tcp + 13);
        }
        return bits & wanted;
    }

    private boolean senderIpAuthenticated(RuleParty sender) {
        if (frame.isIpv4()) {
            return sender.ownsIp(frame.bytes, frame.offset + 12, 4);
        }
        if (frame.etherType == FilteredFrame.ARP && frame.length >= 28) {
            return sender.ownsIp(frame.bytes, frame.offset + 14, 4);
        }
        if (!frame.isIpv6()) {
            return false;
        }
        if (frame.byteAt(6) == ICMPV6 && frame.length >= 64) {
            int type = frame.byteAt(40);
            if (type == NEIGHBOUR_SOLICITATION) {
                return true;
            }
            if (type == NEIGHBOUR_ADVERTISEMENT) {
                return sender.ownsIp(frame.bytes, frame.offset + 48, 16);
            }
        }
        return sender.ownsIp(frame.bytes, frame.offset + 8, 16);
    }

    private boolean tags(RuleType type, int id, int value, boolean not) {
        long mine = own.tag(id);
        if (mine == RuleParty.NO_TAG) {
            return false;
        }
        long theirs = remote == null ? RuleParty.NO_TAG : remote.tag(id);
        if (theirs == RuleParty.NO_TAG) {
            if (frame.inbound && !superAccept) {
                return false;
            }
            skipDrop = true;
            return true;
        }
        long operand = value & 0xffffffffL;
        boolean matches = switch (type) {
            case MATCH_TAGS_DIFFERENCE -> Math.abs(mine - theirs) <= operand;
            case MATCH_TAGS_BITWISE_AND -> (mine & theirs) == operand;
            case MATCH_TAGS_BITWISE_OR -> (mine | theirs) == operand;
            case MATCH_TAGS_BITWISE_XOR -> (mine ^ theirs) == operand;
            default -> mine == operand && theirs == operand;
        };
        return matches ^ not;
    }

    private boolean oneTag(boolean ofSender, int id, int value, boolean not) {
        if (superAccept) {
            skipDrop = true;
            return true;
        }
        boolean remoteTag = ofSender == frame.inbound;
        RuleParty party = remoteTag ? remote : own;
        long tag = party == null ? RuleParty.NO_TAG : party.tag(id);
        if (tag == RuleParty.NO_TAG) {
            // The receiver may have it and will judge for itself.
            skipDrop |= remoteTag && !ofSender;
            return remoteTag && !ofSender;
        }
        return tag == (value & 0xffffffffL) ^ not;
    }

    private boolean integerInRange(byte[] data) {
        long start = BigEndian.getLong(data, 0);
        long width = (BigEndian.getLong(data, 8) - start) & 0xffffffffL;
        int index = BigEndian.getShort(data, 16);
        int bits = (data[18] & 0x3f) + 1;
        boolean littleEndian = (data[18] & 0x80) != 0;
        int count = (bits + 7) / 8;
        int first = littleEndian ? index : index + 8 - count;
        long value = 0;
        if (first + count <= frame.length) {
            for (int i = 0; i < count; i++) {
                long octet = frame.byteAt(first + i);
                value = littleEndian ? value | octet << (8 * i) : value << 8 | octet;
            }
            value = littleEndian ? value >>> (8 * count - bits) : value & (-1L >>> (64 - bits));
        }
        return Long.compareUnsigned(start, value) <= 0 && Long.compareUnsigned(value, start + width) <= 0;
    }
}
