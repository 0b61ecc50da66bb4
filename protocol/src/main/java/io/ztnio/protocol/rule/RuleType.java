package io.ztnio.protocol.rule;

/** What a rule does or tests: the low 6 bits of its first byte, and the length of its data ({@code protocol.md} 6.3). */
public enum RuleType {
    ACTION_DROP(0, 0),
    ACTION_ACCEPT(1, 0),
    ACTION_TEE(2, 14),
    ACTION_WATCH(3, 14),
    ACTION_REDIRECT(4, 14),
    ACTION_BREAK(5, 0),
    ACTION_PRIORITY(6, 0),
    MATCH_SOURCE_ZEROTIER_ADDRESS(24, 5),
    MATCH_DEST_ZEROTIER_ADDRESS(25, 5),
    MATCH_VLAN_ID(26, 2),
    MATCH_VLAN_PCP(27, 1),
    MATCH_VLAN_DEI(28, 1),
    MATCH_MAC_SOURCE(29, 6),
    MATCH_MAC_DEST(30, 6),
    MATCH_IPV4_SOURCE(31, 5),
    MATCH_IPV4_DEST(32, 5),
    MATCH_IPV6_SOURCE(33, 17),
    MATCH_IPV6_DEST(34, 17),
    MATCH_IP_TOS(35, 3),
    MATCH_IP_PROTOCOL(36, 1),
    MATCH_ETHERTYPE(37, 2),
    MATCH_ICMP(38, 3),
    MATCH_IP_SOURCE_PORT_RANGE(39, 4),
    MATCH_IP_DEST_PORT_RANGE(40, 4),
    MATCH_CHARACTERISTICS(41, 8),
    MATCH_FRAME_SIZE_RANGE(42, 4),
    MATCH_RANDOM(43, 4),
    MATCH_TAGS_DIFFERENCE(44, 8),
    MATCH_TAGS_BITWISE_AND(45, 8),
    MATCH_TAGS_BITWISE_OR(46, 8),
    MATCH_TAGS_BITWISE_XOR(47, 8),
    MATCH_TAGS_EQUAL(48, 8),
    MATCH_TAG_SENDER(49, 8),
    MATCH_TAG_RECEIVER(50, 8),
    MATCH_INTEGER_RANGE(51, 19);

    private static final RuleType[] BY_CODE = new RuleType[64];

    static {
        for (RuleType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int dataLength;

    RuleType(int code, int dataLength) {
        this.code = code;
        this.dataLength = dataLength;
    }

    /** 0 to 63; actions are below 16. */
    public int code() {
        return code;
    }

    public int dataLength() {
        return dataLength;
    }

    /** The type with this code, or {@code null} for an unassigned one. Bits 6 and 7 are ignored. */
    public static RuleType of(int code) {
        return BY_CODE[code & 0x3f];
    }
}
