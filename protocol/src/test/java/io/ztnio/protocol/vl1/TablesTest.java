package io.ztnio.protocol.vl1;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.wire.IpScope;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bounded memories of VL1. */
class TablesTest {
    private static final InetSocketAddress REMOTE = new InetSocketAddress("81.1.1.1", 9993);

    @Test
    void replyIsExpectedOfWhomWasAskedAndForAWhile() {
        ReplyTable replies = new ReplyTable();

        replies.expect(0xabcdef0123456789L, 1, REMOTE, 1_000);

        assertThat(replies.sentTo(0xabcdef0123456789L, 1, 1_500)).isEqualTo(REMOTE);
        assertThat(replies.isExpected(0xabcdef0123456789L, 2, 1_500)).isFalse();
        assertThat(replies.isExpected(0xabcdef0123456788L, 1, 1_500)).isFalse();
        assertThat(replies.isExpected(0xabcdef0123456789L, 1, 70_000)).isFalse();
    }

    @Test
    void replyTableForgetsTheOldestOfABucket() {
        ReplyTable replies = new ReplyTable();

        for (int i = 0; i <= 32; i++) {
            replies.expect(i, 1, REMOTE, 0);
        }

        assertThat(replies.isExpected(0, 1, 0)).isFalse();
        assertThat(replies.isExpected(1, 1, 0)).isTrue();
        assertThat(replies.isExpected(32, 1, 0)).isTrue();
    }

    @Test
    void replayFilterNoticesTheSecondTime() {
        ReplayFilter filter = new ReplayFilter();
        SplittableRandom random = new SplittableRandom(12);

        for (int i = 0; i < 10_000; i++) {
            long id = random.nextLong();
            assertThat(filter.admit(id, 1)).isTrue();
            assertThat(filter.admit(id, 1)).isFalse();
            assertThat(filter.admit(id, 2)).isTrue();
        }
    }

    /** Whatever the filter makes of an ID, the result may be any number. */
    @Test
    void replayFilterNoticesEveryIdTheSecondTime() {
        java.math.BigInteger whole = java.math.BigInteger.ONE.shiftLeft(64);
        long inverse = new java.math.BigInteger("9e3779b97f4a7c15", 16)
                .modInverse(whole)
                .longValue();
        for (long sender : new long[] {0, 1, 0xff_ffff_ffffL}) {
            for (long mixed = -3; mixed <= 3; mixed++) {
                ReplayFilter filter = new ReplayFilter();
                long id = (mixed ^ sender) * inverse;

                assertThat(filter.admit(id, sender)).as("ID %x", id).isTrue();
                assertThat(filter.admit(id, sender)).as("ID %x", id).isFalse();
            }
        }
    }

    @Test
    void pairIsIntroducedEveryThirtySeconds() {
        Introductions introductions = new Introductions();

        assertThat(introductions.admit(1, 2, 0)).isTrue();
        assertThat(introductions.admit(2, 1, 29_999)).isFalse();
        assertThat(introductions.admit(1, 3, 29_999)).isTrue();
        assertThat(introductions.admit(2, 1, 30_000)).isTrue();
    }

    @Test
    void identitiesAreCheckedOncePerTwoSecondsAndSourceNetwork() throws java.io.IOException {
        IdentityGate gate = new IdentityGate(5);
        java.net.InetAddress one = java.net.InetAddress.getByName("81.1.1.1");
        java.net.InetAddress neighbour = java.net.InetAddress.getByName("81.1.1.200");

        assertThat(gate.admit(one, 0)).isTrue();
        assertThat(gate.admit(neighbour, 1_999)).isFalse();
        assertThat(gate.admit(neighbour, 2_000)).isTrue();
    }

    @Test
    void pathTableIsBounded() {
        Counters counters = new Counters();
        PathTable paths = new PathTable(10, counters);

        for (int port = 1; port <= 20; port++) {
            paths.obtain(0, new InetSocketAddress("81.1.1.1", port));
        }

        assertThat(paths.size()).isEqualTo(10);
        assertThat(counters.dropped(DropReason.TABLE_FULL)).isEqualTo(10);
    }

    @Test
    void pathsOfSeveralSocketsToOneAddressAreDifferent() {
        PathTable paths = new PathTable(10, new Counters());

        Path first = paths.obtain(0, REMOTE);
        Path second = paths.obtain(1, REMOTE);

        assertThat(paths.find(0, REMOTE)).isSameAs(first);
        assertThat(paths.find(1, REMOTE)).isSameAs(second);
        assertThat(paths.find(2, REMOTE)).isNull();
    }

    @Test
    void idlePathsArePurged() {
        PathTable paths = new PathTable(10, new Counters());
        paths.obtain(0, REMOTE).lastReceiveMillis = 0;

        paths.purge(600_000);
        int kept = paths.size();
        paths.purge(600_001);

        assertThat(kept).isEqualTo(1);
        assertThat(paths.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "81.1.1.1, true", "10.0.0.1, true", "127.0.0.1, false", "169.254.1.1, false", "224.0.0.1, false",
        "0.0.0.1, false", "2001:470::1, false", "2001:db8::1, true", "fe80::1234, false", "::1, false"
    })
    void standardPolicyTakesPrivateAndGlobalAddresses(String ip, boolean allowed) {
        assertThat(PathPolicy.standard().allows(1, new InetSocketAddress(ip, 9993)))
                .isEqualTo(allowed);
        assertThat(PathPolicy.standard()
                        .except(address -> IpScope.of(address) == IpScope.PRIVATE)
                        .allows(1, new InetSocketAddress("10.0.0.1", 9993)))
                .isFalse();
        assertThat(PathPolicy.standard().allows(1, new InetSocketAddress(ip, 0)))
                .isFalse();
    }
}
