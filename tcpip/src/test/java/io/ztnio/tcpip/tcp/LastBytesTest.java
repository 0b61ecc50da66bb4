package io.ztnio.tcpip.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was written to a connection that nobody holds any more: after its close, and at the end of the process. */
@AtEverySequenceStart
class LastBytesTest {
    private static final String PROBE = ". 0:0 ack 1";

    private final ScriptedPeer peer = new ScriptedPeer();

    @AfterEach
    void nothingElseWasSent() {
        peer.expectNothing();
    }

    private int unfinished() {
        return peer.layer.unfinished(peer.now);
    }

    private void closeAll() {
        peer.run(now -> peer.layer.closeAll(now));
    }

    private int abortAll() {
        int[] owed = new int[1];
        peer.run(now -> owed[0] = peer.layer.abortAll(now));
        return owed[0];
    }

    @Test
    void anOrphanIsDeliveredIfItsPeerAnswersProbesAndOpensItsWindowInTime() {
        peer.establish(0);
        peer.write(5000);
        peer.stream.close();
        peer.expectNothing();

        for (long wait = 200; peer.elapsedMillis() < 102_000; wait = Math.min(120_000, 2 * wait)) {
            peer.expectAfter(wait, PROBE);
            peer.send(". 1:0 ack 1 win 0").expectNothing();
        }

        peer.send(". 1:0 ack 1 win 10000")
                .expect(
                        ". 1:1000 ack 1",
                        ". 1001:1000 ack 1",
                        ". 2001:1000 ack 1",
                        ". 3001:1000 ack 1",
                        "FP. 4001:1000 ack 1");
        peer.send("F. 1:0 ack 5002").expect(". 5002:0 ack 2");
        assertThat(peer.layer.ground.flows.timeWaits()).isEqualTo(1);
    }

    @Test
    void anOrphanWhosePeerDoesNotAnswerProbesEndsWithAReset() {
        peer.establish(0);
        peer.write(5000);
        peer.stream.close();
        peer.expectNothing();

        long wait = 200;
        for (int i = 0; i < 8; i++) {
            peer.expectAfter(wait, PROBE);
            wait = Math.min(120_000, 2 * wait);
        }
        peer.expectAfter(wait, "R. 1:0 ack 1");

        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void aProcessThatEndsWaitsForAPeerThatAnswersHoweverSlowlyItReads() {
        peer.establish(0);
        peer.write(5000);
        closeAll();
        peer.expect(PROBE).send(". 1:0 ack 1 win 0").expectNothing();

        for (long wait = 200; peer.elapsedMillis() < 20_000; wait *= 2) {
            peer.expectAfter(wait, PROBE);
            peer.send(". 1:0 ack 1 win 0").expectNothing();
            assertThat(unfinished()).isEqualTo(1);
        }
        peer.send(". 1:0 ack 1 win 10000");
        peer.emitted.clear();
        peer.send(". 1:0 ack 5001 win 10000").expectNothing();
        assertThat(unfinished()).as("FIN is not acknowledged").isEqualTo(1);
        peer.send(". 1:0 ack 5002 win 10000").expectNothing();

        assertThat(unfinished()).isZero();
    }

    @Test
    void aProcessThatEndsAsksAtOnceIfAClosedWindowHasOpenedAndThenOftenAgain() {
        peer.establish(0);
        peer.write(5000);
        peer.expectNothing();
        long wait = 200;
        for (; peer.elapsedMillis() < 60_000; wait *= 2) {
            peer.expectAfter(wait, PROBE);
            peer.send(". 1:0 ack 1 win 0").expectNothing();
        }
        peer.advanceMillis(1000).expectNothing();

        closeAll();

        peer.expect(PROBE);
        peer.expectAfter(200, PROBE);
        peer.expectAfter(400, PROBE);
        assertThat(unfinished()).isEqualTo(1);
    }

    @Test
    void aProcessThatEndsDoesNotWaitForAPeerThatIsGone() {
        peer.establish(65_535);
        peer.write(100);
        peer.expect("P. 1:100 ack 1");

        closeAll();
        peer.expect("F. 101:0 ack 1");

        assertThat(unfinished()).isEqualTo(1);
        peer.advanceMillis(1_499);
        assertThat(unfinished()).isEqualTo(1);
        peer.advanceMillis(1);
        assertThat(unfinished()).isZero();
        peer.emitted.clear();

        assertThat(abortAll()).isZero();
        peer.expect("R. 1:0 ack 1", "R. 102:0 ack 1");
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void aPeerThatWasGoneBeforeTheProcessEndsIsNotWaitedForAtAll() {
        peer.establish(65_535);
        peer.write(100);
        peer.advanceMillis(10_000);
        peer.emitted.clear();

        closeAll();
        peer.emitted.clear();

        assertThat(unfinished()).isZero();
    }

    @Test
    void aPeerThatHasSaidGoodbyeIsWaitedForOnlyShortly() {
        peer.establish(65_535);
        peer.send("F. 1:0 ack 1").expect(". 1:0 ack 2");

        closeAll();
        peer.expect("F. 1:0 ack 2");

        assertThat(unfinished()).isEqualTo(1);
        peer.advanceMillis(699);
        assertThat(unfinished()).isEqualTo(1);
        peer.advanceMillis(1);
        assertThat(unfinished()).isZero();
        peer.emitted.clear();
    }

    @Test
    void aPeerThatHasSaidGoodbyeAndWaitsForTheRestGetsTheRest() {
        peer.establish(0);
        peer.write(1000);
        peer.send("F. 1:0 ack 1 win 0").expect(". 1:0 ack 2");

        closeAll();

        peer.expect(". 0:0 ack 2");
        peer.expectAfter(200, ". 0:0 ack 2").send(". 2:0 ack 1 win 0").expectNothing();
        peer.expectAfter(400, ". 0:0 ack 2").send(". 2:0 ack 1 win 0").expectNothing();
        assertThat(unfinished()).isEqualTo(1);
        peer.send(". 2:0 ack 1 win 5000").expect("FP. 1:1000 ack 2");
        peer.send(". 2:0 ack 1002").expectNothing();
        assertThat(unfinished()).isZero();
    }

    @Test
    void aConnectionWhosePeerHasEverythingIsNotWaitedForButToldThatNobodyListens() {
        peer.establish(65_535);
        closeAll();
        peer.expect("F. 1:0 ack 1");
        peer.send(". 1:0 ack 2").expectNothing();

        assertThat(unfinished()).isZero();
        assertThat(abortAll()).isZero();

        peer.expect("R. 2:0 ack 1");
    }

    @Test
    void whatIsLeftIsResetWithTheNumberThatThePeerExpects() {
        peer.establish(2048);
        peer.write(5000);
        peer.expect(". 1:1000 ack 1", ". 1001:1000 ack 1");
        peer.send(". 1:0 ack 1001 win 1024").expectNothing();
        closeAll();

        assertThat(abortAll()).isEqualTo(1);

        peer.expect("R. 1001:0 ack 1", "R. 2001:0 ack 1");
        // The peer had the second segment too, and doubts the first reset; the answer to its question is right.
        peer.send(". 1:0 ack 1501").expect("R 1501:0");
    }

    @Test
    void aProcessThatEndsRefusesNewConnectionsAndHalfOpenOnes() {
        peer.listen(5);
        peer.send("S 0:0 " + ScriptedPeer.OFFER).expect("S. 0:0 ack 1 " + ScriptedPeer.OFFER);

        closeAll();

        peer.expect("R. 1:0 ack 1");
        peer.send("S 0:0 " + ScriptedPeer.OFFER).expect("R. " + Integer.toUnsignedString(-peer.ownIss) + ":0 ack 1");
        assertThat(peer.listener.isOpen()).isTrue();
        assertThat(peer.layer.flowCount()).isZero();
    }

    @Test
    void whoLingersIsToldWhenThePeerHasAcknowledgedFin() {
        AtomicInteger told = new AtomicInteger();
        peer.establish(65_535);
        peer.write(100);
        peer.expect("P. 1:100 ack 1");
        peer.stream.whenFinished(told::incrementAndGet);

        peer.stream.close();
        peer.expect("F. 101:0 ack 1");
        peer.send(". 1:0 ack 101").expectNothing();
        assertThat(told).hasValue(0);
        peer.send(". 1:0 ack 102").expectNothing();

        assertThat(told).hasValue(1);
        peer.send("F. 1:0 ack 102").expect(". 102:0 ack 2");
        assertThat(told).hasValue(1);
    }

    @Test
    void whoLingersIsToldWhenTheConnectionIsOver() {
        AtomicInteger told = new AtomicInteger();
        peer.establish(65_535);
        peer.stream.close();
        peer.expect("F. 1:0 ack 1");
        peer.stream.whenFinished(told::incrementAndGet);
        assertThat(told).hasValue(0);

        peer.send("R 1:0");

        assertThat(told).hasValue(1);
        peer.stream.whenFinished(told::incrementAndGet);
        assertThat(told).hasValue(2);
    }

    @Test
    void nobodyLingersOnWhatWasNeverConnectedOrIsResetAtOnce() {
        AtomicInteger told = new AtomicInteger();
        peer.open();
        peer.stream.whenFinished(told::incrementAndGet);
        peer.stream.close();
        assertThat(told).hasValue(1);

        peer.stream = null;
        peer.establish(65_535);
        peer.send("P. 1:10 ack 1");
        peer.stream.whenFinished(told::incrementAndGet);
        peer.stream.close();
        peer.expect("R. 1:0 ack 11");
        assertThat(told).hasValue(2);
    }

    @Test
    void whoHalfClosedBeforeLingersNoLongerThanThePeerNeeds() throws Exception {
        AtomicInteger told = new AtomicInteger();
        peer.establish(65_535);
        peer.stream.shutdownOutput();
        peer.expect("F. 1:0 ack 1");
        peer.send(". 1:0 ack 2").expectNothing();

        peer.stream.whenFinished(told::incrementAndGet);
        peer.stream.close();

        assertThat(told).hasValue(1);
    }
}
