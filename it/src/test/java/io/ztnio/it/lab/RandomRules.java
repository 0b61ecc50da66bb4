package io.ztnio.it.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.it.programs.Datagrams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Rules that follow from a seed, of every type, with values about half of which apply to {@link Datagrams} between two members. Which way
 * a frame goes is asked by those that ask nothing by which the members differ.
 *
 * <p>Thread: confined to the test.
 */
public final class RandomRules {
    /** Few, for behind many every frame's fate is decided. */
    private static final int MOST_SETS = 4;

    private static final int MOST_MATCHES = 2;

    /** A range is 32 bits wide at most: of longer numbers hardly any is in it. */
    private static final int MOST_BITS = 34;

    private static final int MOST_LENGTH = 1348;

    private final SplittableRandom random;
    private final List<String> members;
    private final List<String> macs;
    private final List<String> ipv4;
    private final List<String> ipv6;

    /**
     * @param members addresses of both, 10 hexadecimal digits
     * @param macs on the network
     * @param ipv4 addresses of both there
     * @param ipv6 addresses of both there
     */
    public RandomRules(long seed, List<String> members, List<String> macs, List<String> ipv4, List<String> ipv6) {
        random = new SplittableRandom(seed);
        this.members = members;
        this.macs = macs;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
    }

    /** Some sets of matches and an action. */
    public List<Map<String, Object>> next() {
        return next(this::match);
    }

    /** The same of matches that decide alike about a frame of one member and its likes of the other, if both come in or both go out. */
    public List<Map<String, Object>> nextOfDirection() {
        return next(this::matchOfDirection);
    }

    private List<Map<String, Object>> next(Supplier<Map<String, Object>> match) {
        List<Map<String, Object>> rules = new ArrayList<>();
        int sets = 1 + random.nextInt(MOST_SETS);
        for (int i = 0; i < sets; i++) {
            int matches = 1 + random.nextInt(MOST_MATCHES);
            for (int j = 0; j < matches; j++) {
                rules.add(match.get());
            }
            rules.add(rule(pick("ACTION_ACCEPT", "ACTION_ACCEPT", "ACTION_DROP", "ACTION_DROP", "ACTION_BREAK")));
        }
        if (random.nextInt(3) == 0) {
            rules.add(rule("ACTION_ACCEPT"));
        }
        return rules;
    }

    /** A rule with its fields, a name and a value in turn. */
    public static Map<String, Object> rule(String type, Object... fields) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("type", type);
        for (int i = 0; i < fields.length; i += 2) {
            rule.put((String) fields[i], fields[i + 1]);
        }
        return rule;
    }

    /** As a controller takes them. */
    public static String json(Object rules) {
        try {
            return JSON.std.asString(rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> match() {
        Map<String, Object> match = switch (random.nextInt(24)) {
            case 0 -> rule("MATCH_SOURCE_ZEROTIER_ADDRESS", "zt", one(members));
            case 1 -> rule("MATCH_DEST_ZEROTIER_ADDRESS", "zt", one(members));
            case 2 -> rule("MATCH_VLAN_ID", "vlanId", random.nextInt(2));
            case 3 -> rule("MATCH_VLAN_PCP", "vlanPcp", random.nextInt(2));
            case 4 -> rule("MATCH_VLAN_DEI", "vlanDei", random.nextInt(2));
            case 5 -> rule("MATCH_MAC_SOURCE", "mac", one(macs));
            case 6 -> rule("MATCH_MAC_DEST", "mac", one(macs));
            case 7 -> rule("MATCH_IPV4_SOURCE", "ip", one(ipv4) + "/" + random.nextInt(33));
            case 8 -> rule("MATCH_IPV4_DEST", "ip", one(ipv4) + "/" + random.nextInt(33));
            case 9 -> rule("MATCH_IPV6_SOURCE", "ip", one(ipv6) + "/" + pick("0", "88", "128"));
            case 10 -> rule("MATCH_IPV6_DEST", "ip", one(ipv6) + "/" + pick("0", "88", "128"));
            case 11 -> range("MATCH_IP_TOS", 256, "mask", random.nextInt(256));
            case 12 -> protocol();
            case 13 -> rule("MATCH_ETHERTYPE", "etherType", random.nextBoolean() ? 0x0800 : 0x86dd);
            case 14 -> icmp();
            case 15 -> ports("MATCH_IP_SOURCE_PORT_RANGE");
            case 16 -> ports("MATCH_IP_DEST_PORT_RANGE");
            case 17 -> random.nextBoolean() ? flags() : characteristics("1000000000000000", "0800000000000000");
            case 18 -> range("MATCH_FRAME_SIZE_RANGE", MOST_LENGTH);
            case 19 -> chance();
            case 20 ->
                tag(pick(
                        "MATCH_TAGS_DIFFERENCE",
                        "MATCH_TAGS_BITWISE_AND",
                        "MATCH_TAGS_BITWISE_OR",
                        "MATCH_TAGS_BITWISE_XOR",
                        "MATCH_TAGS_EQUAL"));
            case 21 -> tag("MATCH_TAG_SENDER");
            case 22 -> tag("MATCH_TAG_RECEIVER");
            default -> number();
        };
        return combined(match);
    }

    private Map<String, Object> matchOfDirection() {
        return combined(
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> characteristics("8000000000000000");
                    case 3 -> characteristics("e000000000000000", "8000000000000002", "8000000000000010");
                    case 4, 5 -> flags();
                    case 6, 7 -> icmp();
                    case 8 -> protocol();
                    case 9 -> ports("MATCH_IP_SOURCE_PORT_RANGE");
                    case 10 -> ports("MATCH_IP_DEST_PORT_RANGE");
                    default -> chance();
                });
    }

    private Map<String, Object> characteristics(String... masks) {
        return rule("MATCH_CHARACTERISTICS", "mask", pick(masks));
    }

    /** FIN, SYN, RST, PSH, ACK, those of ECN and what is reserved; of which a SYN, its ACK and a RST have some. */
    private Map<String, Object> flags() {
        return characteristics(
                "0000000000000001",
                "0000000000000002",
                "0000000000000004",
                "0000000000000008",
                "0000000000000010",
                "0000000000000012",
                "0000000000000014",
                "00000000000000c0",
                "0000000000000e00");
    }

    private Map<String, Object> protocol() {
        return rule("MATCH_IP_PROTOCOL", "ipProtocol", Integer.parseInt(pick("17", "17", "6", "6", "1", "58")));
    }

    /** Unreachable of either version with its code for a port, another, or any. */
    private Map<String, Object> icmp() {
        Map<String, Object> icmp = rule("MATCH_ICMP", "icmpType", Integer.parseInt(pick("3", "3", "1", "1", "8")));
        if (random.nextInt(3) > 0) {
            icmp.put("icmpCode", Integer.parseInt(pick("3", "4", "0")));
        }
        return icmp;
    }

    private Map<String, Object> chance() {
        return rule("MATCH_RANDOM", "probability", random.nextBoolean() ? 0L : 0xffff_ffffL);
    }

    private Map<String, Object> combined(Map<String, Object> match) {
        if (random.nextInt(3) == 0) {
            match.put("not", true);
        }
        if (random.nextInt(3) == 0) {
            match.put("or", true);
        }
        return match;
    }

    private Map<String, Object> range(String type, int bound, Object... more) {
        int first = random.nextInt(bound);
        Map<String, Object> rule = rule(type, more);
        rule.put("start", first / 2);
        rule.put("end", first / 2 + random.nextInt(bound - first / 2));
        return rule;
    }

    private Map<String, Object> ports(String type) {
        int first = Datagrams.FIRST_PORT + random.nextInt(Datagrams.PORTS);
        return rule(type, "start", first, "end", first + random.nextInt(Datagrams.PORTS));
    }

    /** Both members have 1 to 3, with values below 4. */
    private Map<String, Object> tag(String type) {
        return rule(type, "id", 1 + random.nextInt(3), "value", random.nextInt(4));
    }

    /** Somewhere in the ports or in what a datagram carries behind its header, of either version. */
    private Map<String, Object> number() {
        int bits = 1 + random.nextInt(MOST_BITS);
        long half = ((1L << bits) - 1) >>> 1;
        long first = random.nextLong() & half;
        long width = half & 0xffff_ffffL;
        return rule(
                "INTEGER_RANGE",
                "start",
                "%016x".formatted(first),
                "end",
                "%016x".formatted(first + width),
                "idx",
                64 + random.nextInt(200),
                "little",
                random.nextBoolean(),
                "bits",
                bits);
    }

    private String one(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    private String pick(String... values) {
        return values[random.nextInt(values.length)];
    }
}
