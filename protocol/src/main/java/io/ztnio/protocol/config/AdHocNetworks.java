package io.ztnio.protocol.config;

import io.ztnio.protocol.rule.FilteredFrame;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.wire.SocketAddressField;
import java.util.List;
import java.util.Optional;

/** Networks without a controller, whose configuration follows from their ID ({@code protocol.md} 6.10). Thread-safe. */
public final class AdHocNetworks {
    private static final long MAX_DELTA_MILLIS = 7_200_000;
    private static final int ICMPV6 = 0x3a;
    private static final int UDP = 0x11;
    private static final int TCP = 0x06;
    private static final long SYN = 0x02;
    private static final long ACK = 0x10;

    private AdHocNetworks() {}

    /** The configuration for member {@code self}; empty if the ID names no such network. */
    public static Optional<NetworkConfig> config(long networkId, long self, long nowMillis) {
        if (!NetworkId.isAdHoc(networkId)) {
            return Optional.empty();
        }
        if ((networkId & 0xff_ffff) == 0) {
            int firstPort = (int) (networkId >>> 40) & 0xffff;
            int lastPort = (int) (networkId >>> 24) & 0xffff;
            return lastPort < firstPort
                    ? Optional.empty()
                    : Optional.of(portRange(networkId, self, firstPort, lastPort, nowMillis));
        }
        return (networkId & 0xff) == 1 ? Optional.of(open(networkId, self, nowMillis)) : Optional.empty();
    }

    private static NetworkConfig.Builder base(long networkId, long self, long nowMillis) {
        return NetworkConfig.builder(networkId, self)
                .timestamp(nowMillis, MAX_DELTA_MILLIS)
                .revision(1)
                .flags(NetworkConfig.FLAG_NDP_EMULATION)
                .isPublic(true);
    }

    private static NetworkConfig portRange(long networkId, long self, int first, int last, long nowMillis) {
        return base(networkId, self, nowMillis)
                .name(String.format("adhoc-%04x-%04x", first, last))
                .addresses(List.of(ManagedAddresses.sixPlane(networkId, self)))
                .rules(List.of(
                        Rule.match(RuleType.MATCH_ETHERTYPE, FilteredFrame.IPV6).not(),
                        Rule.DROP,
                        Rule.match(RuleType.MATCH_IP_PROTOCOL, ICMPV6),
                        Rule.ACCEPT,
                        Rule.match(RuleType.MATCH_IP_PROTOCOL, UDP),
                        Rule.match(RuleType.MATCH_IP_PROTOCOL, TCP).or(),
                        Rule.range(RuleType.MATCH_IP_DEST_PORT_RANGE, first, last),
                        Rule.ACCEPT,
                        Rule.match(RuleType.MATCH_CHARACTERISTICS, SYN).not(),
                        Rule.ACCEPT,
                        Rule.match(RuleType.MATCH_CHARACTERISTICS, SYN),
                        Rule.match(RuleType.MATCH_CHARACTERISTICS, ACK),
                        Rule.ACCEPT,
                        Rule.DROP))
                .build();
    }

    private static NetworkConfig open(long networkId, long self, long nowMillis) {
        int firstOctet = (int) (networkId >>> 48) & 0xff;
        byte[] ip = {(byte) firstOctet, (byte) (self >>> 16), (byte) (self >>> 8), (byte) self};
        return base(networkId, self, nowMillis)
                .name("adhoc-" + firstOctet + ".0.0.0")
                .multicastLimit(1024)
                .addresses(List.of(
                        ManagedAddresses.sixPlane(networkId, self), new InetPrefix(SocketAddressField.address(ip), 8)))
                .specialists(List.of(new Specialist(networkId >>> 8 & 0xff_ffff_ffffL)))
                .rules(List.of(Rule.ACCEPT))
                .build();
    }
}
