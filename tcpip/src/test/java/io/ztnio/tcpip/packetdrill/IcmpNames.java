package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.packetdrill.script.PacketSpec;
import java.util.Map;

/** Types and codes of ICMP errors by the names that scripts use (RFC 792, RFC 1122 3.2.2.1, RFC 1812 5.2.7.1, RFC 4443). */
final class IcmpNames {
    private static final Map<String, Integer> UNREACHABLE_V4 = Map.ofEntries(
            Map.entry("net_unreachable", 0),
            Map.entry("host_unreachable", 1),
            Map.entry("protocol_unreachable", 2),
            Map.entry("port_unreachable", 3),
            Map.entry("frag_needed", 4),
            Map.entry("source_route_failed", 5),
            Map.entry("net_unknown", 6),
            Map.entry("host_unknown", 7),
            Map.entry("source_host_isolated", 8),
            Map.entry("net_prohibited", 9),
            Map.entry("host_prohibited", 10),
            Map.entry("net_unreachable_for_tos", 11),
            Map.entry("host_unreachable_for_tos", 12),
            Map.entry("packet_filtered", 13),
            Map.entry("precedence_violation", 14),
            Map.entry("precedence_cutoff", 15));

    private static final Map<String, Integer> UNREACHABLE_V6 = Map.of(
            "no_route", 0,
            "admin_prohibited", 1,
            "not_neighbour", 2,
            "address_unreachable", 3,
            "port_unreachable", 4);

    /** Type and code on the wire. */
    record Code(int type, int code) {}

    private IcmpNames() {}

    static Code of(PacketSpec.Icmp spec, boolean v6) {
        String code = spec.code();
        return switch (spec.type()) {
            case "unreachable" -> new Code(v6 ? 1 : 3, named(v6 ? UNREACHABLE_V6 : UNREACHABLE_V4, code));
            case "packet_too_big" -> new Code(2, 0);
            case "time_exceeded" ->
                new Code(
                        v6 ? 3 : 11,
                        named(
                                Map.of(
                                        "ttl_exceeded_in_transit", 0,
                                        "exceeded_hop_limit", 0,
                                        "frag_reass_exceeded", 1,
                                        "exceeded_frag_time", 1),
                                code));
            case "parameter_problem" ->
                new Code(
                        v6 ? 4 : 12,
                        named(
                                Map.of(
                                        "code_0", 0,
                                        "header_field", 0,
                                        "code_1", 1,
                                        "unknown_next_header", 1,
                                        "code_2", 2,
                                        "unknown_option", 2),
                                code));
            case "source_quench" -> new Code(4, 0);
            case "redirect" -> new Code(v6 ? 137 : 5, 0);
            default -> throw new OutOfScope("ICMP " + spec.type());
        };
    }

    private static int named(Map<String, Integer> codes, String name) {
        if (name.isEmpty()) {
            return 0;
        }
        Integer code = codes.get(name);
        if (code == null) {
            throw new OutOfScope("ICMP code " + name);
        }
        return code;
    }
}
