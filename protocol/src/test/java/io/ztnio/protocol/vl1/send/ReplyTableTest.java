package io.ztnio.protocol.vl1.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Whose OK is welcome. */
class ReplyTableTest {
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
}
