package io.ztnio.protocol.controller;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.json.Json;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.rule.Rule;
import io.ztnio.protocol.rule.RuleType;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Rules in JSON, as ZeroTier's rule compiler writes them ({@code protocol.md} 9.6): {@code type} is the name of the type, matches
 * have {@code not} and {@code or}. Missing fields are zero. ACTION_PRIORITY has no form here, and is not read. Thread-safe.
 */
public final class RuleJson {
    private static final String TYPE = "type";
    private static final String ADDRESS = "address";
    private static final String FLAGS = "flags";
    private static final String LENGTH = "length";
    private static final String START = "start";
    private static final String END = "end";
    private static final String MASK = "mask";
    private static final String ICMP_TYPE = "icmpType";
    private static final String ICMP_CODE = "icmpCode";
    private static final String ID = "id";
    private static final String VALUE = "value";
    private static final String INDEX = "idx";
    private static final String LITTLE = "little";
    private static final String BITS = "bits";

    /** Alone of all it goes without MATCH. */
    private static final String INTEGER_RANGE = "INTEGER_RANGE";

    /** They have a tag's number and a value. */
    private static final Set<RuleType> OF_TAGS = EnumSet.of(
            RuleType.MATCH_TAGS_DIFFERENCE,
            RuleType.MATCH_TAGS_BITWISE_AND,
            RuleType.MATCH_TAGS_BITWISE_OR,
            RuleType.MATCH_TAGS_BITWISE_XOR,
            RuleType.MATCH_TAGS_EQUAL,
            RuleType.MATCH_TAG_SENDER,
            RuleType.MATCH_TAG_RECEIVER);

    private static final int LITTLE_ENDIAN = 0x80;
    private static final int WITH_CODE = 1;

    private RuleJson() {}

    /** The fields that a rule of this type has beside {@code type}, {@code not} and {@code or}. */
    public static List<String> fields(RuleType type) {
        if (OF_TAGS.contains(type)) {
            return List.of(ID, VALUE);
        }
        return switch (type) {
            case ACTION_DROP, ACTION_ACCEPT, ACTION_BREAK, ACTION_PRIORITY -> List.of();
            case ACTION_TEE, ACTION_WATCH -> List.of(ADDRESS, FLAGS, LENGTH);
            case ACTION_REDIRECT -> List.of(ADDRESS, FLAGS);
            case MATCH_IP_TOS -> List.of(MASK, START, END);
            case MATCH_ICMP -> List.of(ICMP_TYPE, ICMP_CODE);
            case MATCH_IP_SOURCE_PORT_RANGE, MATCH_IP_DEST_PORT_RANGE, MATCH_FRAME_SIZE_RANGE -> List.of(START, END);
            case MATCH_INTEGER_RANGE -> List.of(START, END, INDEX, LITTLE, BITS);
            default -> List.of(field(type));
        };
    }

    /** The one field of a type that has only one. */
    private static String field(RuleType type) {
        return switch (type) {
            case MATCH_SOURCE_ZEROTIER_ADDRESS, MATCH_DEST_ZEROTIER_ADDRESS -> "zt";
            case MATCH_VLAN_ID -> "vlanId";
            case MATCH_VLAN_PCP -> "vlanPcp";
            case MATCH_VLAN_DEI -> "vlanDei";
            case MATCH_MAC_SOURCE, MATCH_MAC_DEST -> "mac";
            case MATCH_IPV4_SOURCE, MATCH_IPV4_DEST, MATCH_IPV6_SOURCE, MATCH_IPV6_DEST -> "ip";
            case MATCH_IP_PROTOCOL -> "ipProtocol";
            case MATCH_ETHERTYPE -> "etherType";
            case MATCH_CHARACTERISTICS -> MASK;
            case MATCH_RANDOM -> "probability";
            default -> throw new IllegalArgumentException(type + " has not one field");
        };
    }

    /** The type that a name stands for; empty for one that cannot be said in JSON. */
    public static Optional<RuleType> type(String name) {
        return Arrays.stream(RuleType.values())
                .filter(type -> type != RuleType.ACTION_PRIORITY)
                .filter(type -> name(type).equals(name) || type.name().equals(name))
                .findFirst();
    }

    private static String name(RuleType type) {
        return type == RuleType.MATCH_INTEGER_RANGE ? INTEGER_RANGE : type.name();
    }

    /** The rules in a list; what is none is left out. */
    public static List<Rule> readAll(List<?> list) {
        List<Rule> rules = new ArrayList<>();
        for (Object each : list) {
            JsonObject.of(each).flatMap(RuleJson::read).ifPresent(rules::add);
        }
        return rules;
    }

    /** Reads a rule; empty if its type is unknown. */
    public static Optional<Rule> read(JsonObject json) {
        return type(json.text(TYPE, ""))
                .map(type -> Rule.of(type, json.flag("not", false), json.flag("or", false), data(type, json)));
    }

    private static byte[] data(RuleType type, JsonObject json) {
        byte[] data = new byte[type.dataLength()];
        if (OF_TAGS.contains(type)) {
            BigEndian.putInt(data, 0, (int) json.number(ID, 0));
            BigEndian.putInt(data, 4, (int) json.number(VALUE, 0));
            return data;
        }
        switch (type) {
            case ACTION_TEE, ACTION_WATCH, ACTION_REDIRECT -> {
                BigEndian.putLong(data, 0, Json.hexNumber(json.get(ADDRESS), 0) & 0xff_ffff_ffffL);
                BigEndian.putInt(data, 8, (int) json.number(FLAGS, 0));
                BigEndian.putShort(data, 12, type == RuleType.ACTION_REDIRECT ? 0 : (int) json.number(LENGTH, 0));
            }
            case MATCH_SOURCE_ZEROTIER_ADDRESS, MATCH_DEST_ZEROTIER_ADDRESS ->
                putNumber(data, 0, data.length, Json.hexNumber(json.get(field(type)), 0));
            case MATCH_MAC_SOURCE, MATCH_MAC_DEST -> putMac(data, json.text(field(type), ""));
            case MATCH_IPV4_SOURCE, MATCH_IPV4_DEST, MATCH_IPV6_SOURCE, MATCH_IPV6_DEST ->
                putPrefix(data, json.text(field(type), ""));
            case MATCH_IP_TOS -> {
                data[0] = (byte) json.number(MASK, 0);
                data[1] = (byte) json.number(START, 0);
                data[2] = (byte) json.number(END, 0);
            }
            case MATCH_ICMP -> {
                data[0] = (byte) json.number(ICMP_TYPE, 0);
                data[1] = (byte) json.number(ICMP_CODE, 0);
                data[2] = (byte) (json.get(ICMP_CODE) == null ? 0 : WITH_CODE);
            }
            case MATCH_IP_SOURCE_PORT_RANGE, MATCH_IP_DEST_PORT_RANGE, MATCH_FRAME_SIZE_RANGE -> {
                long start = json.number(START, 0) & 0xffff;
                BigEndian.putShort(data, 0, (int) start);
                BigEndian.putShort(data, 2, (int) json.number(END, start));
            }
            case MATCH_CHARACTERISTICS -> BigEndian.putLong(data, 0, Json.hexNumber(json.get(MASK), 0));
            case MATCH_INTEGER_RANGE -> {
                long start = Json.hexNumber(json.get(START), 0);
                BigEndian.putLong(data, 0, start);
                // Receivers keep 32 bits of the width.
                BigEndian.putLong(data, 8, start + (Json.hexNumber(json.get(END), 0) - start & 0xffff_ffffL));
                BigEndian.putShort(data, 16, (int) json.number(INDEX, 0));
                data[18] = (byte)
                        ((json.flag(LITTLE, false) ? LITTLE_ENDIAN : 0) | ((int) (json.number(BITS, 1) - 1) & 0x3f));
            }
            default -> {
                if (data.length > 0) {
                    putNumber(data, 0, data.length, json.number(field(type), 0));
                }
            }
        }
        return data;
    }

    private static void putNumber(byte[] data, int offset, int length, long value) {
        for (int i = 0; i < length; i++) {
            data[offset + i] = (byte) (value >>> (8 * (length - 1 - i)));
        }
    }

    private static long number(byte[] data, int offset, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value = (value << 8) | (data[offset + i] & 0xff);
        }
        return value;
    }

    private static void putMac(byte[] data, String text) {
        String digits = text.toLowerCase(Locale.ROOT).replaceAll("[^0-9a-f]", "");
        for (int i = 0; i < data.length && 2 * i + 2 <= digits.length(); i++) {
            data[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
    }

    private static void putPrefix(byte[] data, String text) {
        int width = data.length - 1;
        AddressText.address(text)
                .map(InetAddress::getAddress)
                .filter(ip -> ip.length == width)
                .ifPresent(ip -> System.arraycopy(ip, 0, data, 0, width));
        // Also of an address that it cannot have: it would match every address without.
        String address = AddressText.withoutLength(text);
        if (address.contains(".") || address.contains(":")) {
            data[width] = (byte) Math.min(AddressText.prefixLength(text) & 0xff, 8 * width);
        }
    }

    public static List<Object> writeAll(List<Rule> rules) {
        return rules.stream()
                .filter(rule -> rule.type() != null && rule.type() != RuleType.ACTION_PRIORITY)
                .<Object>map(rule -> write(rule).fields())
                .toList();
    }

    private static JsonObject write(Rule rule) {
        RuleType type = rule.type();
        byte[] data = rule.data();
        JsonObject json = new JsonObject().put(TYPE, name(type));
        if (!rule.isAction()) {
            json.put("not", rule.isNot()).put("or", rule.isOr());
        }
        if (OF_TAGS.contains(type)) {
            return json.put(ID, number(data, 0, 4)).put(VALUE, number(data, 4, 4));
        }
        switch (type) {
            case ACTION_TEE, ACTION_WATCH, ACTION_REDIRECT -> {
                json.put(ADDRESS, Address.format(BigEndian.getLong(data, 0) & 0xff_ffff_ffffL))
                        .put(FLAGS, number(data, 8, 4));
                if (type != RuleType.ACTION_REDIRECT) {
                    json.put(LENGTH, number(data, 12, 2));
                }
            }
            case MATCH_SOURCE_ZEROTIER_ADDRESS, MATCH_DEST_ZEROTIER_ADDRESS ->
                json.put(field(type), Address.format(number(data, 0, data.length)));
            case MATCH_MAC_SOURCE, MATCH_MAC_DEST ->
                json.put(field(type), HexFormat.ofDelimiter(":").formatHex(data));
            case MATCH_IPV4_SOURCE, MATCH_IPV4_DEST, MATCH_IPV6_SOURCE, MATCH_IPV6_DEST -> {
                byte[] ip = Arrays.copyOf(data, data.length - 1);
                json.put(
                        field(type),
                        SocketAddressField.format(SocketAddressField.address(ip)) + "/" + (data[ip.length] & 0xff));
            }
            case MATCH_IP_TOS ->
                json.put(MASK, number(data, 0, 1))
                        .put(START, number(data, 1, 1))
                        .put(END, number(data, 2, 1));
            case MATCH_ICMP ->
                json.put(ICMP_TYPE, number(data, 0, 1))
                        .put(ICMP_CODE, (data[2] & WITH_CODE) == 0 ? null : number(data, 1, 1));
            case MATCH_IP_SOURCE_PORT_RANGE, MATCH_IP_DEST_PORT_RANGE, MATCH_FRAME_SIZE_RANGE ->
                json.put(START, number(data, 0, 2)).put(END, number(data, 2, 2));
            case MATCH_CHARACTERISTICS -> json.put(MASK, hex(BigEndian.getLong(data, 0)));
            case MATCH_INTEGER_RANGE ->
                json.put(START, hex(BigEndian.getLong(data, 0)))
                        .put(END, hex(BigEndian.getLong(data, 8)))
                        .put(INDEX, number(data, 16, 2))
                        .put(LITTLE, (data[18] & LITTLE_ENDIAN) != 0)
                        .put(BITS, (data[18] & 0x3f) + 1);
            default -> {
                if (data.length > 0) {
                    json.put(field(type), number(data, 0, data.length));
                }
            }
        }
        return json;
    }

    private static String hex(long value) {
        return HexFormat.of().toHexDigits(value);
    }
}
