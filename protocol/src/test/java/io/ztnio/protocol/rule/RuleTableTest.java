package io.ztnio.protocol.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.rule.RuleEngine.Verdict;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type of rule ({@code docs/protocol.md} 6.3, 7.6), seen from either end of a frame. */
@Tag("any-jdk")
class RuleTableTest {
    private static final long SELF = 0x1111111111L;
    private static final long PEER = 0x2222222222L;
    private static final long OTHER = 0x3333333333L;
    private static final Set<RuleType> OF_TAGS =
            EnumSet.range(RuleType.MATCH_TAGS_DIFFERENCE, RuleType.MATCH_TAG_RECEIVER);

    /** TCP from 10.0.0.1 to 10.0.0.2; byte 33 has the flags, the low half of byte 32 the reserved bits. */
    private final byte[] tcp = HexFormat.of()
            .parseHex(
                    "450000280000000040060000" + "0a0000010a000002" + "03e80050000000000000000050" + "00ffff00000000");

    private final RuleEngine engine = new RuleEngine(SELF, new SplittableRandom(1));
    private final FilteredFrame frame = new FilteredFrame();
    private final TestParty own = new TestParty();
    private final TestParty remote = new TestParty();
    private boolean noRemote;
    private long destinationMac = 0x022222222222L;

    private Verdict judge(boolean inbound, Rule... rules) {
        frame.frame(0x021111111111L, destinationMac, 0x0800, tcp, 0, tcp.length);
        frame.between(inbound ? PEER : SELF, inbound ? SELF : PEER, inbound);
        return engine.filter(frame, List.of(rules), own, noRemote ? null : remote, false);
    }

    private boolean isTrue(boolean inbound, Rule match) {
        return judge(inbound, match, Rule.ACCEPT) != Verdict.DROP;
    }

    /** Those of tags and chance are below, the others where frames are. */
    @Test
    void everyTypeOfMatchIsTried() {
        Set<RuleType> tried = EnumSet.copyOf(OF_TAGS);
        RuleEngineTest.matches().map(row -> ((Rule) row.get()[1]).type()).forEach(tried::add);
        Set<RuleType> all = EnumSet.allOf(RuleType.class);
        all.removeIf(type -> type.code() < 16);

        assertThat(tried).containsAll(all);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndsOfAFrameAreTheSameAtEitherEnd(boolean inbound) {
        Rule fromPeer = Rule.match(RuleType.MATCH_SOURCE_ZEROTIER_ADDRESS, PEER);
        Rule toPeer = Rule.match(RuleType.MATCH_DEST_ZEROTIER_ADDRESS, PEER);

        assertThat(isTrue(inbound, fromPeer)).isEqualTo(inbound);
        assertThat(isTrue(inbound, fromPeer.not())).isEqualTo(!inbound);
        assertThat(isTrue(inbound, toPeer)).isEqualTo(!inbound);
        assertThat(isTrue(inbound, toPeer.not())).isEqualTo(inbound);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void eachFlagOfTcpIsACharacteristic(int bit) {
        if (bit < 8) {
            tcp[33] = (byte) (1 << bit);
        } else {
            tcp[32] |= (byte) (1 << (bit - 8));
        }
        for (int asked = 0; asked < 12; asked++) {
            assertThat(isTrue(true, Rule.match(RuleType.MATCH_CHARACTERISTICS, 1L << asked)))
                    .as("bit %d", asked)
                    .isEqualTo(asked == bit);
        }
        assertThat(isTrue(false, Rule.match(RuleType.MATCH_CHARACTERISTICS, 0xfff)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // bit, destination, what the sender owns, outbound, inbound
        "63, 022222222222, '', false, true",
        "62, 3333ff000001, '', true, true",
        "62, 022222222222, '', false, false",
        "61, ffffffffffff, '', true, true",
        "61, 3333ff000001, '', false, false",
        "60, 022222222222, 0a000001, true, true",
        "60, 022222222222, 0a000002, false, false",
        "59, 022222222222, mac, true, true",
        "59, 022222222222, 0a000001, false, false",
    })
    void eachOtherCharacteristic(int bit, String destination, String owns, boolean outbound, boolean inbound) {
        destinationMac = Long.parseLong(destination, 16);
        Rule match = Rule.match(RuleType.MATCH_CHARACTERISTICS, 1L << bit);

        own.owns = owns::equals;
        assertThat(isTrue(false, match)).isEqualTo(outbound);
        assertThat(isTrue(false, match.not())).isEqualTo(!outbound);
        own.owns = what -> false;
        remote.owns = owns::equals;
        assertThat(isTrue(true, match)).isEqualTo(inbound);
        assertThat(isTrue(true, match.not())).isEqualTo(!inbound);
    }

    @ParameterizedTest
    @CsvSource({
        "MATCH_TAGS_DIFFERENCE, 3, 10, 7, true",
        "MATCH_TAGS_DIFFERENCE, 10, 3, 7, true",
        "MATCH_TAGS_DIFFERENCE, 3, 10, 6, false",
        "MATCH_TAGS_DIFFERENCE, 4294967295, 0, 4294967294, false",
        "MATCH_TAGS_BITWISE_AND, 6, 3, 2, true",
        "MATCH_TAGS_BITWISE_AND, 6, 3, 6, false",
        "MATCH_TAGS_BITWISE_OR, 6, 3, 7, true",
        "MATCH_TAGS_BITWISE_OR, 6, 3, 3, false",
        "MATCH_TAGS_BITWISE_XOR, 6, 3, 5, true",
        "MATCH_TAGS_BITWISE_XOR, 6, 3, 7, false",
        "MATCH_TAGS_EQUAL, 5, 5, 5, true",
        "MATCH_TAGS_EQUAL, 5, 6, 5, false",
        "MATCH_TAGS_EQUAL, 6, 5, 5, false",
        "MATCH_TAGS_EQUAL, 5, 5, 6, false",
    })
    void tagsOfBothEndsAreComparedAlike(RuleType type, long mine, long theirs, long value, boolean expected) {
        own.tags.put(1, mine);
        remote.tags.put(1, theirs);
        Rule match = Rule.tag(type, 1, (int) value);

        for (boolean inbound : new boolean[] {true, false}) {
            assertThat(isTrue(inbound, match)).isEqualTo(expected);
            assertThat(isTrue(inbound, match.not())).isEqualTo(!expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // type, own tag, the other's, inbound, is true, NOT of it
        "MATCH_TAG_SENDER, 5, , false, true, false",
        "MATCH_TAG_SENDER, 6, , false, false, true",
        "MATCH_TAG_SENDER, , 5, false, false, false",
        "MATCH_TAG_SENDER, , 5, true, true, false",
        "MATCH_TAG_SENDER, , 6, true, false, true",
        "MATCH_TAG_SENDER, 5, , true, false, false",
        "MATCH_TAG_RECEIVER, 5, , true, true, false",
        "MATCH_TAG_RECEIVER, 6, , true, false, true",
        "MATCH_TAG_RECEIVER, , 5, true, false, false",
        "MATCH_TAG_RECEIVER, , 5, false, true, false",
        "MATCH_TAG_RECEIVER, , 6, false, false, true",
        // The receiver judges for itself.
        "MATCH_TAG_RECEIVER, 5, , false, true, true",
    })
    void oneEndsTagIsLookedAt(RuleType type, Long mine, Long theirs, boolean inbound, boolean plain, boolean inverted) {
        if (mine != null) {
            own.tags.put(1, mine);
        }
        if (theirs != null) {
            remote.tags.put(1, theirs);
        }
        Rule match = Rule.tag(type, 1, 5);

        assertThat(isTrue(inbound, match)).isEqualTo(plain);
        assertThat(isTrue(inbound, match.not())).isEqualTo(inverted);
    }

    @ParameterizedTest
    @EnumSource(
            value = RuleType.class,
            names = {
                "MATCH_TAGS_DIFFERENCE",
                "MATCH_TAGS_BITWISE_AND",
                "MATCH_TAGS_BITWISE_OR",
                "MATCH_TAGS_BITWISE_XOR",
                "MATCH_TAGS_EQUAL"
            })
    void aTagThatIsNotKnownIsNoInboundAndSparesOneDropOutbound(RuleType type) {
        Rule match = Rule.tag(type, 1, 5);
        for (Rule each : List.of(match, match.not())) {
            own.tags.clear();
            assertThat(isTrue(false, each)).isFalse();
            assertThat(isTrue(true, each)).isFalse();
            own.tags.put(1, 1L);
            for (boolean nobody : new boolean[] {true, false}) {
                noRemote = nobody;
                assertThat(isTrue(true, each)).isFalse();
                assertThat(judge(false, each, Rule.DROP, Rule.ACCEPT)).isEqualTo(Verdict.ACCEPT);
                assertThat(judge(false, each, Rule.DROP, Rule.DROP, Rule.ACCEPT))
                        .isEqualTo(Verdict.DROP);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ACTION_DROP, false, DROP", "ACTION_DROP, true, DROP",
        "ACTION_ACCEPT, false, ACCEPT", "ACTION_ACCEPT, true, ACCEPT",
        "ACTION_PRIORITY, false, ACCEPT", "ACTION_PRIORITY, true, ACCEPT",
        "ACTION_BREAK, false, DROP", "ACTION_BREAK, true, DROP",
    })
    void actionsEndTheListEitherWay(RuleType action, boolean inbound, Verdict expected) {
        assertThat(judge(inbound, Rule.action(action), Rule.ACCEPT)).isEqualTo(expected);
        Rule no = Rule.match(RuleType.MATCH_ETHERTYPE, 1);
        assertThat(judge(inbound, no, Rule.action(action), Rule.ACCEPT)).isEqualTo(Verdict.ACCEPT);
        assertThat(judge(inbound, no, Rule.action(action))).isEqualTo(Verdict.DROP);
    }

    @ParameterizedTest
    @CsvSource({
        // action, to whom, inbound, what is with ACCEPT behind it, copies
        "ACTION_TEE, 3333333333, false, ACCEPT, 1",
        "ACTION_TEE, 3333333333, true, ACCEPT, 1",
        "ACTION_WATCH, 3333333333, false, ACCEPT, 1",
        "ACTION_WATCH, 3333333333, true, ACCEPT, 1",
        "ACTION_REDIRECT, 3333333333, false, REDIRECT, 0",
        "ACTION_REDIRECT, 3333333333, true, REDIRECT, 0",
        "ACTION_TEE, 1111111111, false, ACCEPT, 0",
        "ACTION_TEE, 1111111111, true, SUPER_ACCEPT, 0",
        "ACTION_WATCH, 1111111111, true, SUPER_ACCEPT, 0",
        "ACTION_REDIRECT, 1111111111, true, SUPER_ACCEPT, 0",
        "ACTION_REDIRECT, 1111111111, false, ACCEPT, 0",
        "ACTION_TEE, 2222222222, false, ACCEPT, 0",
        "ACTION_TEE, 2222222222, true, ACCEPT, 0",
        "ACTION_WATCH, 2222222222, false, ACCEPT, 0",
        "ACTION_REDIRECT, 2222222222, false, ACCEPT, 0",
        "ACTION_REDIRECT, 2222222222, true, ACCEPT, 0",
    })
    void whatIsDivertedDependsOnWhoseItIs(RuleType action, String to, boolean inbound, Verdict expected, int copies) {
        Rule divert = Rule.forward(action, Long.parseLong(to, 16), 0);

        assertThat(judge(inbound, divert, Rule.ACCEPT)).isEqualTo(expected);
        assertThat(engine.copies()).isEqualTo(copies);
        assertThat(judge(inbound, divert, Rule.DROP)).isEqualTo(expected == Verdict.ACCEPT ? Verdict.DROP : expected);
        assertThat(engine.copies()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 40", "12, 12", "40, 40", "41, 40", "65535, 40"})
    void aCopyIsNeverLongerThanTheFrame(int asked, int expected) {
        judge(false, Rule.forward(RuleType.ACTION_TEE, OTHER, asked), Rule.ACCEPT);

        assertThat(engine.copyLength(0)).isEqualTo(expected);
    }

    /** What these rules would have copied to us is accepted past the checks of MAC addresses, whatever its match says now. */
    @Test
    void inboundAFalseMatchBeforeACopyToUsMakesALaterAcceptWider() {
        Rule no = Rule.match(RuleType.MATCH_ETHERTYPE, 1);
        Rule toUs = Rule.forward(RuleType.ACTION_TEE, SELF, 0);

        assertThat(judge(true, no, toUs, Rule.ACCEPT)).isEqualTo(Verdict.SUPER_ACCEPT);
        assertThat(judge(false, no, toUs, Rule.ACCEPT)).isEqualTo(Verdict.ACCEPT);
        assertThat(judge(true, no, Rule.forward(RuleType.ACTION_TEE, OTHER, 0), Rule.ACCEPT))
                .isEqualTo(Verdict.ACCEPT);
    }

    static Stream<List<Boolean>> truthTable() {
        return Stream.of(false, true).flatMap(a -> Stream.of(false, true).map(b -> List.of(a, b)));
    }

    @ParameterizedTest
    @MethodSource("truthTable")
    void andOrAndNot(List<Boolean> values) {
        boolean a = values.get(0);
        boolean b = values.get(1);
        Rule ruleA = Rule.match(RuleType.MATCH_ETHERTYPE, a ? 0x0800 : 1);
        Rule ruleB = Rule.match(RuleType.MATCH_IP_PROTOCOL, b ? 6 : 17);
        for (boolean inbound : new boolean[] {true, false}) {
            assertThat(judge(inbound, ruleA, ruleB, Rule.ACCEPT) == Verdict.ACCEPT)
                    .isEqualTo(a && b);
            assertThat(judge(inbound, ruleA, ruleB.or(), Rule.ACCEPT) == Verdict.ACCEPT)
                    .isEqualTo(a || b);
            assertThat(judge(inbound, ruleA.not(), ruleB.not(), Rule.ACCEPT) == Verdict.ACCEPT)
                    .isEqualTo(!a && !b);
            assertThat(judge(inbound, ruleA, ruleB.not().or(), Rule.ACCEPT) == Verdict.ACCEPT)
                    .isEqualTo(a || !b);
            // The first of a set is "or" with true.
            assertThat(judge(inbound, ruleA.or(), Rule.ACCEPT)).isEqualTo(Verdict.ACCEPT);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSendersCapabilitiesAreAskedInOrderAndADropEndsOnlyItsOwn(boolean inbound) {
        TestParty sender = inbound ? remote : own;
        TestParty receiver = inbound ? own : remote;
        Rule tcpOnly = Rule.match(RuleType.MATCH_IP_PROTOCOL, 6);
        receiver.capabilities.add(List.of(Rule.ACCEPT));
        assertThat(judge(inbound)).isEqualTo(Verdict.DROP);

        sender.capabilities.add(List.of(tcpOnly, Rule.DROP, Rule.ACCEPT));
        assertThat(judge(inbound)).isEqualTo(Verdict.DROP);
        sender.capabilities.add(List.of(tcpOnly, Rule.forward(RuleType.ACTION_TEE, OTHER, 0), Rule.ACCEPT));
        assertThat(judge(inbound)).isEqualTo(Verdict.ACCEPT);
        assertThat(engine.copies()).isEqualTo(1);
        assertThat(judge(inbound, Rule.forward(RuleType.ACTION_WATCH, 0x4444444444L, 0)))
                .isEqualTo(Verdict.ACCEPT);
        assertThat(engine.copies()).isEqualTo(2);
        assertThat(judge(inbound, Rule.DROP)).isEqualTo(Verdict.DROP);
        assertThat(judge(inbound, Rule.action(RuleType.ACTION_BREAK))).isEqualTo(Verdict.ACCEPT);
    }

    @Test
    void chanceIsAsOftenAsItIsAskedFor() {
        int taken = 0;
        for (int i = 0; i < 10_000; i++) {
            taken += isTrue(true, Rule.match(RuleType.MATCH_RANDOM, 0x40000000L)) ? 1 : 0;
        }

        assertThat(taken).isBetween(2300, 2700);
        assertThat(isTrue(false, Rule.match(RuleType.MATCH_RANDOM, 0xffffffffL).not()))
                .isFalse();
    }
}
