package io.ztnio.protocol.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.Vectors;
import io.ztnio.protocol.rule.RuleEngine.Verdict;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteReader;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RuleEngineTest {
    private static final long SELF = 0x1111111111L;
    private static final long PEER = 0x2222222222L;
    private static final long OTHER = 0x3333333333L;
    private static final long SOURCE_MAC = 0x021111111111L;
    private static final long DESTINATION_MAC = 0x022222222222L;

    /** TCP SYN from 10.0.0.1:1000 to 10.0.0.2:80, TOS 0x28. */
    private static final byte[] TCP4 = HexFormat.of()
            .parseHex(
                    "45280028000000004006000" + "00a0000010a000002" + "03e8005000000000000000005002" + "ffff00000000");
    /** ICMP echo request. */
    private static final byte[] ICMP4 =
            HexFormat.of().parseHex("4500001c00000000400100000a0000010a0000020800000000000000");
    /** UDP fd00::1:1000 to fd00::2:53 behind a hop-by-hop header. */
    private static final byte[] UDP6 = HexFormat.of()
            .parseHex("6280000000100040fd000000000000000000000000000001fd000000000000000000000000000002"
                    + "1100000000000000" + "03e8003500080000");

    private final RuleEngine engine = new RuleEngine(SELF, new SplittableRandom(1));
    private final FilteredFrame frame = new FilteredFrame();
    private final TestParty own = new TestParty();
    private final TestParty remote = new TestParty();

    private static Arguments row(byte[] frame, Rule match, boolean plain, boolean inverted) {
        return Arguments.of(frame, match, plain, inverted);
    }

    /** Frame, match, whether it is true, whether NOT of it is true: both are false where the precondition fails. */
    static Stream<Arguments> matches() {
        byte[] net10 = {10, 0, 0, 0};
        byte[] host = {10, 0, 0, 2};
        byte[] fd = HexFormat.of().parseHex("fd000000000000000000000000000000");
        byte[] fdHost = HexFormat.of().parseHex("fd000000000000000000000000000001");
        return Stream.of(
                row(TCP4, Rule.match(RuleType.MATCH_SOURCE_ZEROTIER_ADDRESS, SELF), true, false),
                row(TCP4, Rule.match(RuleType.MATCH_DEST_ZEROTIER_ADDRESS, PEER), true, false),
                row(TCP4, Rule.match(RuleType.MATCH_DEST_ZEROTIER_ADDRESS, OTHER), false, true),
                row(TCP4, Rule.match(RuleType.MATCH_VLAN_ID, 0), true, false),
                row(TCP4, Rule.match(RuleType.MATCH_VLAN_ID, 5), false, true),
                row(TCP4, Rule.match(RuleType.MATCH_VLAN_PCP, 0), true, false),
                row(TCP4, Rule.match(RuleType.MATCH_VLAN_DEI, 1), false, true),
                row(TCP4, Rule.match(RuleType.MATCH_MAC_SOURCE, SOURCE_MAC), true, false),
                row(TCP4, Rule.match(RuleType.MATCH_MAC_DEST, SOURCE_MAC), false, true),
                row(TCP4, Rule.prefix(RuleType.MATCH_IPV4_SOURCE, net10, 8), true, false),
                row(TCP4, Rule.prefix(RuleType.MATCH_IPV4_DEST, host, 24), true, false),
                row(TCP4, Rule.prefix(RuleType.MATCH_IPV4_SOURCE, host, 32), false, true),
                row(TCP4, Rule.prefix(RuleType.MATCH_IPV4_SOURCE, new byte[4], 0), true, false),
                row(UDP6, Rule.prefix(RuleType.MATCH_IPV4_SOURCE, net10, 8), false, false),
                row(UDP6, Rule.prefix(RuleType.MATCH_IPV6_SOURCE, fd, 64), true, false),
                row(UDP6, Rule.prefix(RuleType.MATCH_IPV6_SOURCE, fdHost, 64), false, true),
                row(UDP6, Rule.prefix(RuleType.MATCH_IPV6_DEST, fdHost, 128), false, true),
                row(TCP4, Rule.prefix(RuleType.MATCH_IPV6_DEST, fd, 64), false, false),
                row(TCP4, Rule.match(RuleType.MATCH_IP_TOS, 0xff2828), true, false),
                row(TCP4, Rule.match(RuleType.MATCH_IP_TOS, 0x0f0909), false, true),
                row(UDP6, Rule.match(RuleType.MATCH_IP_TOS, 0xff2828), true, false),
                row(TCP4, Rule.match(RuleType.MATCH_IP_PROTOCOL, 6), true, false),
                row(UDP6, Rule.match(RuleType.MATCH_IP_PROTOCOL, 17), true, false),
                row(UDP6, Rule.match(RuleType.MATCH_IP_PROTOCOL, 0), false, true),
                row(new byte[30], Rule.match(RuleType.MATCH_IP_PROTOCOL, 0), false, false),
                row(TCP4, Rule.match(RuleType.MATCH_ETHERTYPE, 0x0800), true, false),
                row(ICMP4, Rule.match(RuleType.MATCH_ICMP, 0x080001), true, false),
                row(ICMP4, Rule.match(RuleType.MATCH_ICMP, 0x080501), false, true),
                row(ICMP4, Rule.match(RuleType.MATCH_ICMP, 0x080500), true, true),
                row(ICMP4, Rule.match(RuleType.MATCH_ICMP, 0x000000), false, false),
                row(TCP4, Rule.match(RuleType.MATCH_ICMP, 0x080000), false, false),
                row(TCP4, Rule.range(RuleType.MATCH_IP_SOURCE_PORT_RANGE, 1000, 1000), true, false),
                row(TCP4, Rule.range(RuleType.MATCH_IP_DEST_PORT_RANGE, 80, 443), true, false),
                row(TCP4, Rule.range(RuleType.MATCH_IP_DEST_PORT_RANGE, 81, 443), false, true),
                row(UDP6, Rule.range(RuleType.MATCH_IP_DEST_PORT_RANGE, 53, 53), true, false),
                row(ICMP4, Rule.range(RuleType.MATCH_IP_DEST_PORT_RANGE, 0, 65535), false, true),
                row(new byte[30], Rule.range(RuleType.MATCH_IP_DEST_PORT_RANGE, 0, 65535), false, false),
                row(TCP4, Rule.match(RuleType.MATCH_CHARACTERISTICS, 0x02), true, false),
                row(TCP4, Rule.match(RuleType.MATCH_CHARACTERISTICS, 0x10), false, true),
                row(TCP4, Rule.match(RuleType.MATCH_CHARACTERISTICS, 1L << 63), false, true),
                row(TCP4, Rule.match(RuleType.MATCH_CHARACTERISTICS, 1L << 62), false, true),
                row(TCP4, Rule.range(RuleType.MATCH_FRAME_SIZE_RANGE, 40, 40), true, false),
                row(TCP4, Rule.range(RuleType.MATCH_FRAME_SIZE_RANGE, 41, 99), false, true),
                row(TCP4, Rule.match(RuleType.MATCH_RANDOM, 0xffffffffL), true, false),
                row(TCP4, integers(0x0a000001L, 0x0a000001L, 8, 0x1f), true, false),
                row(TCP4, integers(0x0100000aL, 0x0100000aL, 12, 0x9f), true, false),
                row(TCP4, integers(5, 6, 12, 0x3f), false, true),
                row(TCP4, integers(0, 0, 500, 0x1f), true, false));
    }

    private static Rule integers(long start, long end, int index, int format) {
        byte[] data = new byte[19];
        BigEndian.putLong(data, 0, start);
        BigEndian.putLong(data, 8, end);
        BigEndian.putShort(data, 16, index);
        data[18] = (byte) format;
        return Rule.of(RuleType.MATCH_INTEGER_RANGE, false, false, data);
    }

    @ParameterizedTest
    @MethodSource("matches")
    void eachMatchIsTrueOrFalseAndSoIsItsInverse(byte[] bytes, Rule match, boolean plain, boolean inverted) {
        assertThat(accepts(bytes, match)).as("%s", match).isEqualTo(plain);
        assertThat(accepts(bytes, match.not())).as("%s", match.not()).isEqualTo(inverted);
    }

    private boolean accepts(byte[] bytes, Rule match) {
        return outbound(bytes, List.of(match, Rule.ACCEPT)) == Verdict.ACCEPT;
    }

    private Verdict outbound(byte[] bytes, List<Rule> rules) {
        return filter(bytes, rules, false);
    }

    private Verdict filter(byte[] bytes, List<Rule> rules, boolean inbound) {
        int etherType = bytes[0] == 0 ? 0x0806 : (bytes[0] & 0xf0) == 0x60 ? 0x86dd : 0x0800;
        frame.frame(SOURCE_MAC, DESTINATION_MAC, etherType, bytes, 0, bytes.length);
        frame.between(inbound ? PEER : SELF, inbound ? SELF : PEER, inbound);
        return engine.filter(frame, rules, own, remote, false);
    }

    @Test
    void noRulesDropEverything() {
        assertThat(outbound(TCP4, List.of())).isEqualTo(Verdict.DROP);
    }

    @Test
    void andOrAndActionsStartNewSets() {
        Rule tcp = Rule.match(RuleType.MATCH_IP_PROTOCOL, 6);
        Rule udp = Rule.match(RuleType.MATCH_IP_PROTOCOL, 17);

        assertThat(outbound(TCP4, List.of(udp, tcp.or(), Rule.ACCEPT))).isEqualTo(Verdict.ACCEPT);
        assertThat(outbound(TCP4, List.of(udp, tcp, Rule.ACCEPT))).isEqualTo(Verdict.DROP);
        assertThat(outbound(TCP4, List.of(udp, Rule.DROP, tcp, Rule.ACCEPT))).isEqualTo(Verdict.ACCEPT);
        assertThat(outbound(TCP4, List.of(Rule.action(RuleType.ACTION_BREAK), Rule.ACCEPT)))
                .isEqualTo(Verdict.DROP);
        assertThat(outbound(TCP4, List.of(Rule.action(RuleType.ACTION_PRIORITY))))
                .isEqualTo(Verdict.ACCEPT);
    }

    @Test
    void capabilitiesOfTheSenderAreAskedWhenTheNetworkSaysNothing() {
        own.capabilities.add(List.of(Rule.DROP));
        own.capabilities.add(List.of(Rule.match(RuleType.MATCH_IP_PROTOCOL, 6), Rule.ACCEPT));

        assertThat(outbound(TCP4, List.of())).isEqualTo(Verdict.ACCEPT);
        assertThat(outbound(ICMP4, List.of())).isEqualTo(Verdict.DROP);
        assertThat(outbound(TCP4, List.of(Rule.DROP))).isEqualTo(Verdict.DROP);
        assertThat(filter(TCP4, List.of(), true)).isEqualTo(Verdict.DROP);
    }

    @Test
    void teeRedirectAndWatchDivert() {
        Rule tee = Rule.forward(RuleType.ACTION_TEE, OTHER, 20);

        assertThat(outbound(TCP4, List.of(tee, Rule.ACCEPT))).isEqualTo(Verdict.ACCEPT);
        assertThat(engine.copies()).isEqualTo(1);
        assertThat(engine.copyTarget(0)).isEqualTo(OTHER);
        assertThat(engine.copyLength(0)).isEqualTo(20);
        assertThat(outbound(TCP4, List.of(tee, Rule.DROP))).isEqualTo(Verdict.DROP);
        assertThat(engine.copies()).isZero();
        assertThat(outbound(TCP4, List.of(Rule.forward(RuleType.ACTION_REDIRECT, OTHER, 0))))
                .isEqualTo(Verdict.REDIRECT);
        assertThat(engine.redirectTarget()).isEqualTo(OTHER);
        assertThat(outbound(TCP4, List.of(Rule.forward(RuleType.ACTION_REDIRECT, PEER, 0), Rule.ACCEPT)))
                .isEqualTo(Verdict.ACCEPT);
        assertThat(filter(TCP4, List.of(Rule.forward(RuleType.ACTION_TEE, SELF, 0)), true))
                .isEqualTo(Verdict.SUPER_ACCEPT);
        assertThat(outbound(TCP4, List.of(Rule.forward(RuleType.ACTION_WATCH, OTHER, 0), Rule.ACCEPT)))
                .isEqualTo(Verdict.ACCEPT);
        assertThat(engine.copyIsWatch(0)).isTrue();
        assertThat(engine.copyLength(0)).isEqualTo(TCP4.length);
    }

    @Test
    void tagsAreComparedAndAMissingRemoteTagCancelsOneDrop() {
        own.tags.put(1, 6L);
        remote.tags.put(1, 3L);

        assertThat(accepts(TCP4, Rule.tag(RuleType.MATCH_TAGS_DIFFERENCE, 1, 3)))
                .isTrue();
        assertThat(accepts(TCP4, Rule.tag(RuleType.MATCH_TAGS_DIFFERENCE, 1, 2)))
                .isFalse();
        assertThat(accepts(TCP4, Rule.tag(RuleType.MATCH_TAGS_BITWISE_AND, 1, 2)))
                .isTrue();
        assertThat(accepts(TCP4, Rule.tag(RuleType.MATCH_TAGS_BITWISE_OR, 1, 7)))
                .isTrue();
        assertThat(accepts(TCP4, Rule.tag(RuleType.MATCH_TAGS_BITWISE_XOR, 1, 5)))
                .isTrue();
        assertThat(accepts(TCP4, Rule.tag(RuleType.MATCH_TAGS_EQUAL, 1, 6))).isFalse();
        assertThat(accepts(TCP4, Rule.tag(RuleType.MATCH_TAG_SENDER, 1, 6))).isTrue();
        assertThat(accepts(TCP4, Rule.tag(RuleType.MATCH_TAG_RECEIVER, 1, 3))).isTrue();
        assertThat(accepts(TCP4, Rule.tag(RuleType.MATCH_TAGS_EQUAL, 9, 0).not()))
                .isFalse();
        remote.tags.clear();
        Rule unequal = Rule.tag(RuleType.MATCH_TAGS_EQUAL, 1, 6).not();
        assertThat(outbound(TCP4, List.of(unequal, Rule.DROP, Rule.ACCEPT))).isEqualTo(Verdict.ACCEPT);
        assertThat(outbound(TCP4, List.of(unequal, Rule.DROP, Rule.DROP, Rule.ACCEPT)))
                .isEqualTo(Verdict.DROP);
        assertThat(filter(TCP4, List.of(unequal, Rule.ACCEPT), true)).isEqualTo(Verdict.DROP);
        assertThat(filter(TCP4, List.of(Rule.tag(RuleType.MATCH_TAG_RECEIVER, 1, 6), Rule.ACCEPT), true))
                .isEqualTo(Verdict.ACCEPT);
    }

    @Test
    void ownershipAndDirectionAreCharacteristics() {
        Rule authenticated = Rule.match(RuleType.MATCH_CHARACTERISTICS, 1L << 60);
        Rule inbound = Rule.match(RuleType.MATCH_CHARACTERISTICS, 1L << 63);

        assertThat(filter(TCP4, List.of(authenticated, Rule.ACCEPT), true)).isEqualTo(Verdict.DROP);
        remote.owns = what -> true;
        assertThat(filter(TCP4, List.of(authenticated, Rule.ACCEPT), true)).isEqualTo(Verdict.ACCEPT);
        assertThat(filter(TCP4, List.of(inbound, Rule.ACCEPT), true)).isEqualTo(Verdict.ACCEPT);
        assertThat(outbound(TCP4, List.of(authenticated, Rule.ACCEPT))).isEqualTo(Verdict.DROP);
    }

    @Test
    void unknownTypesAreKeptAndJudgedByTheNetworksFlag() {
        byte[] encoded = {60, 2, 7, 7, 1, 0};
        List<Rule> rules = Rule.readAll(new ByteReader(encoded), 10);

        assertThat(Rule.encode(rules)).isEqualTo(encoded);
        assertThat(outbound(TCP4, rules)).isEqualTo(Verdict.DROP);
        frame.between(SELF, PEER, false);
        assertThat(engine.filter(frame, rules, own, remote, true)).isEqualTo(Verdict.ACCEPT);
    }

    @Test
    void rulesAreEncodedAsTheReferenceDoes() {
        byte[] range = Vectors.hex("3313000000000000000a000000000000000f00039f");
        byte[] ipv4 = Vectors.hex("1f050a01000010");
        byte[] tee = Vectors.hex("020e0000008e4df28b72000000000080");

        assertThat(Rule.readAll(new ByteReader(range), 1).get(0).type()).isEqualTo(RuleType.MATCH_INTEGER_RANGE);
        assertThat(Rule.encode(Rule.readAll(new ByteReader(range), 1))).isEqualTo(range);
        assertThat(Rule.encode(List.of(Rule.prefix(RuleType.MATCH_IPV4_SOURCE, new byte[] {10, 1, 0, 0}, 16))))
                .isEqualTo(ipv4);
        assertThat(Rule.encode(List.of(Rule.forward(RuleType.ACTION_TEE, 0x8e4df28b72L, 128))))
                .isEqualTo(tee);
    }

    @Test
    void anyRulesOnAnyFrameEndInAVerdict() {
        SplittableRandom random = new SplittableRandom(3);
        List<RuleType> types = List.of(RuleType.values());
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(80)];
            random.nextBytes(bytes);
            bytes[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
            RuleType type = types.get(random.nextInt(types.size()));
            byte[] data = new byte[type.dataLength()];
            random.nextBytes(data);
            Rule rule = Rule.of(type, random.nextBoolean(), random.nextBoolean(), data);

            assertThat(filter(bytes, List.of(rule, Rule.ACCEPT), random.nextBoolean()))
                    .isNotNull();
        }
    }
}
