package io.ztnio.protocol.vl1.verb;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.wire.Verb;
import org.junit.jupiter.api.Test;

/** Who handles which verb. */
class VerbTableTest {
    @Test
    void verbThatNobodyHandlesIsNoticedBeforeTheFirstPacket() {
        VerbTable verbs = new VerbTable(null, new Counters());
        for (Verb verb : Verb.values()) {
            if (verb != Verb.MULTICAST_GATHER) {
                verbs.register(verb, new ReceivedHandler());
            }
        }

        assertThatThrownBy(verbs::requireComplete)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("MULTICAST_GATHER");
        verbs.register(Verb.MULTICAST_GATHER, new ReceivedHandler());
        assertThatCode(verbs::requireComplete).doesNotThrowAnyException();
    }
}
