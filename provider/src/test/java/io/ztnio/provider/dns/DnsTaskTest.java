package io.ztnio.provider.dns;

import static io.ztnio.provider.dns.Answers.ip;
import static io.ztnio.provider.dns.Answers.ips;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** What is asked of whom and when, on virtual time. */
class DnsTaskTest {
    private static final InetAddress ONE = ip("10.1.0.1");
    private static final InetAddress TWO = ip("10.1.0.2");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private long now = 1_000_000_000_000L;
    private final List<DnsSend> sent = new ArrayList<>();
    private DnsTask task;

    private void ask(DnsType... types) {
        List<DnsQuestion> questions = new ArrayList<>();
        for (DnsType type : types) {
            questions.add(new DnsQuestion("db.corp.example", type));
        }
        task = new DnsTask(questions, List.of(ONE, TWO), DnsTimings.DEFAULT, new SplittableRandom(7), now);
        poll();
    }

    private void poll() {
        for (DnsSend send = task.poll(now); send != null; send = task.poll(now)) {
            sent.add(send);
        }
    }

    private void pass(long nanos) {
        now += nanos;
        poll();
    }

    private DnsSend last() {
        return sent.get(sent.size() - 1);
    }

    private void answer(DnsSend to, byte[] message) {
        task.onMessage(to.server(), message, to.stream(), now);
        poll();
    }

    private Answers reply(DnsSend to) {
        return Answers.to(to.message());
    }

    private DnsOutcome only() {
        assertThat(task.isDone()).isTrue();
        return task.outcomes().get(0);
    }

    @Test
    void theFirstServerIsAskedAndItsAnswerIsTheOutcome() {
        ask(DnsType.A);

        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).server()).isEqualTo(ONE);
        answer(
                last(),
                reply(last()).address("db.corp.example", 300, "10.1.0.77").bytes());

        assertThat(only()).isEqualTo(DnsOutcome.answer(ips("10.1.0.77"), List.of(), 300));
    }

    @Test
    void theNextServerIsAskedWhenTheFirstIsSilentAndALateAnswerOfTheFirstStillCounts() {
        ask(DnsType.A);

        pass(2 * SECOND - 1);
        assertThat(sent).hasSize(1);
        pass(1);
        assertThat(sent).hasSize(2);
        assertThat(last().server()).isEqualTo(TWO);

        answer(
                sent.get(0),
                reply(sent.get(0)).address("db.corp.example", 5, "10.1.0.77").bytes());
        assertThat(only().addresses()).isEqualTo(ips("10.1.0.77"));
    }

    @Test
    void eachRoundIsMorePatientAndSilenceEndsInAFailureThatNamesTheServers() {
        ask(DnsType.A);
        List<Long> gaps = new ArrayList<>();
        long before = now;
        for (int steps = 0; !task.isDone() && steps < 100; steps++) {
            long deadline = task.deadlineNanos(now);
            int count = sent.size();
            pass(deadline - now);
            if (sent.size() > count) {
                gaps.add((now - before) / SECOND);
                before = now;
            }
        }

        assertThat(gaps).containsExactly(2L, 2L, 4L);
        assertThat(sent).extracting(DnsSend::server).containsExactly(ONE, TWO, ONE, TWO);
        assertThat(only().kind()).isEqualTo(DnsOutcome.Kind.FAILURE);
        assertThat(only().reason()).isEqualTo("no answer from 10.1.0.1, 10.1.0.2 within 12000 ms");
    }

    @Test
    void eachTryHasAnIdOfItsOwn() {
        ask(DnsType.A);
        pass(2 * SECOND);

        byte[] first = sent.get(0).message();
        byte[] second = sent.get(1).message();
        assertThat(new byte[] {first[0], first[1]}).isNotEqualTo(new byte[] {second[0], second[1]});
    }

    @Test
    void aServerThatWillNotAnswerIsLeftAtOnce() {
        ask(DnsType.A);

        answer(last(), reply(last()).code(Rcode.REFUSED).bytes());
        assertThat(last().server()).isEqualTo(TWO);
        answer(last(), reply(last()).code(Rcode.SERVFAIL).bytes());

        assertThat(only().kind()).isEqualTo(DnsOutcome.Kind.FAILURE);
        assertThat(only().reason()).isEqualTo("10.1.0.1: REFUSED; 10.1.0.2: SERVFAIL");
    }

    @Test
    void aReferralIsNoAnswer() {
        ask(DnsType.A);

        answer(last(), reply(last()).referral("example", "ns.example").bytes());

        assertThat(task.isDone()).isFalse();
        assertThat(last().server()).isEqualTo(TWO);
    }

    @Test
    void aTruncatedAnswerIsAskedForOverTcp() {
        ask(DnsType.A);

        answer(last(), reply(last()).truncated().bytes());

        assertThat(sent).hasSize(2);
        assertThat(last().stream()).isTrue();
        assertThat(last().server()).isEqualTo(ONE);
        answer(last(), reply(last()).address("db.corp.example", 60, "10.1.0.9").bytes());
        assertThat(only().addresses()).isEqualTo(ips("10.1.0.9"));
    }

    @Test
    void aServerWithoutTcpIsLeftWhenItsTimeIsOver() {
        ask(DnsType.A);
        answer(last(), reply(last()).truncated().bytes());

        pass(task.deadlineNanos(now) - now);

        assertThat(last().stream()).isFalse();
        assertThat(last().server()).isEqualTo(TWO);
    }

    @Test
    void aServerThatDoesNotKnowEdnsIsAskedWithoutAndOnlyOnce() {
        ask(DnsType.A);
        assertThat(Answers.hasEdns(last().message())).isTrue();

        answer(last(), reply(last()).withoutQuestion().code(Rcode.FORMERR).bytes());

        assertThat(sent).hasSize(2);
        assertThat(last().server()).isEqualTo(ONE);
        assertThat(Answers.hasEdns(last().message())).isFalse();
        answer(last(), reply(last()).code(Rcode.FORMERR).bytes());
        assertThat(last().server()).isEqualTo(TWO);
    }

    @Test
    void noSuchNameIsBelievedForTheMinimumOfTheStartOfAuthority() {
        ask(DnsType.A);

        answer(
                last(),
                reply(last())
                        .code(Rcode.NXDOMAIN)
                        .start("corp.example", 600, 45)
                        .bytes());

        assertThat(only()).isEqualTo(DnsOutcome.nothing(45));
    }

    @Test
    void noDataWithoutAStartOfAuthorityIsNotKept() {
        ask(DnsType.A);

        answer(last(), reply(last()).bytes());

        assertThat(only()).isEqualTo(DnsOutcome.nothing(0));
    }

    @Test
    void aliasesWithinTheAnswerAreFollowedAndTheShortestTimeCounts() {
        ask(DnsType.A);

        answer(
                last(),
                reply(last())
                        .alias("db.corp.example", 20, "a.corp.example")
                        .alias("a.corp.example", 90, "b.corp.example")
                        .address("b.corp.example", 300, "10.1.0.5")
                        .address("other.corp.example", 300, "10.66.66.66")
                        .bytes());

        assertThat(only()).isEqualTo(DnsOutcome.answer(ips("10.1.0.5"), List.of(), 20));
    }

    @Test
    void anAliasThatTheServerLeavesToUsIsAskedForOfTheSameServers() {
        ask(DnsType.A);
        answer(
                last(),
                reply(last()).alias("db.corp.example", 20, "real.corp.example").bytes());

        assertThat(Answers.question(last().message()).getName()).isEqualTo(Answers.name("real.corp.example"));
        assertThat(last().server()).isEqualTo(ONE);
        answer(
                last(),
                reply(last()).address("real.corp.example", 300, "10.1.0.6").bytes());

        assertThat(only()).isEqualTo(DnsOutcome.answer(ips("10.1.0.6"), List.of(), 20));
    }

    @Test
    void aChainOfAliasesWithoutAnEndFails() {
        ask(DnsType.A);
        for (int i = 0; i < 100 && !task.isDone(); i++) {
            String owner = Answers.question(last().message()).getName().toString(true);
            answer(
                    last(),
                    reply(last()).alias(owner, 20, "n" + i + ".corp.example").bytes());
        }

        assertThat(only().kind()).isEqualTo(DnsOutcome.Kind.FAILURE);
        assertThat(sent.size()).isLessThan(12);
    }

    @Test
    void aLoopOfAliasesInOneAnswerDoesNotHang() {
        ask(DnsType.A);

        answer(
                last(),
                reply(last())
                        .alias("db.corp.example", 20, "a.corp.example")
                        .alias("a.corp.example", 20, "db.corp.example")
                        .bytes());

        assertThat(last().server()).isEqualTo(TWO);
    }

    @Test
    void answersToAnotherQuestionAnotherIdOrFromAStrangerAreIgnored() {
        ask(DnsType.A);
        DnsSend query = last();
        int id = (query.message()[0] & 0xff) << 8 | (query.message()[1] & 0xff);

        answer(
                query,
                reply(query)
                        .id(id ^ 1)
                        .address("db.corp.example", 9, "10.66.0.1")
                        .bytes());
        task.onMessage(
                ip("10.66.0.2"),
                reply(query).address("db.corp.example", 9, "10.66.0.1").bytes(),
                false,
                now);
        byte[] other = DnsCodec.query(new DnsQuestion("evil.example", DnsType.A), id, false);
        answer(query, Answers.to(other).address("evil.example", 9, "10.66.0.1").bytes());
        byte[] otherType = DnsCodec.query(new DnsQuestion("db.corp.example", DnsType.AAAA), id, false);
        answer(
                query,
                Answers.to(otherType).address("db.corp.example", 9, "fd00::66").bytes());
        answer(query, query.message());
        answer(query, new byte[0]);

        assertThat(task.isDone()).isFalse();
        answer(query, reply(query).address("db.corp.example", 9, "10.1.0.3").bytes());
        assertThat(only().addresses()).isEqualTo(ips("10.1.0.3"));
    }

    @Test
    void whoGuessesTooOftenEndsTheQuestionInAFailure() {
        ask(DnsType.A);
        for (int i = 0; i <= Exchange.MAX_STRANGE; i++) {
            answer(sent.get(0), new byte[] {1, 2, 3});
        }

        assertThat(only().kind()).isEqualTo(DnsOutcome.Kind.FAILURE);
        assertThat(only().reason()).contains("guessing");
    }

    @Test
    void bothTypesAreAskedAtOnceAndASilentOneKeepsTheOtherBackForAShortTimeOnly() {
        ask(DnsType.A, DnsType.AAAA);
        assertThat(sent)
                .extracting(send -> Answers.question(send.message()).getType())
                .containsExactly(Type.A, Type.AAAA);

        answer(
                sent.get(0),
                reply(sent.get(0)).address("db.corp.example", 60, "10.1.0.8").bytes());
        long answered = now;
        for (int steps = 0; !task.isDone() && steps < 100; steps++) {
            pass(task.deadlineNanos(now) - now);
        }

        assertThat(now - answered).isEqualTo(DnsTimings.DEFAULT.second().toNanos());
        assertThat(task.outcomes().get(0).addresses()).isEqualTo(ips("10.1.0.8"));
        assertThat(task.outcomes().get(1).kind()).isEqualTo(DnsOutcome.Kind.FAILURE);
    }

    @Test
    void namesOfAddressesAreHostNamesOnly() {
        task = new DnsTask(
                List.of(DnsQuestion.reverse(ip("10.1.0.5"))),
                List.of(ONE),
                DnsTimings.DEFAULT,
                new SplittableRandom(7),
                now);
        poll();

        answer(
                last(),
                reply(last())
                        .pointer("5.0.1.10.in-addr.arpa", 60, "a\\000b\\010.corp.example")
                        .pointer("5.0.1.10.in-addr.arpa", 60, "db.corp.example")
                        .bytes());

        assertThat(only().names()).containsExactly("db.corp.example");
    }

    @Test
    void anAnswerOfManyAddressesIsCut() {
        ask(DnsType.A);
        Answers many = reply(last());
        for (int i = 0; i < 200; i++) {
            many.address("db.corp.example", 60, "10.2.0." + i);
        }

        answer(last(), many.bytes());

        assertThat(only().addresses()).hasSize(DnsCodec.MAX_ADDRESSES);
    }

    /** Whatever comes, nothing is thrown, and what is no answer ends nothing well. */
    @Test
    void mutatedAnswersThrowNothing() {
        SplittableRandom random = new SplittableRandom(20_261_129);
        for (int i = 0; i < 20_000; i++) {
            sent.clear();
            ask(DnsType.A);
            byte[] message = reply(last())
                    .alias("db.corp.example", 20, "a.corp.example")
                    .address("a.corp.example", 300, "10.1.0.5")
                    .start("corp.example", 1, 1)
                    .bytes();
            for (int changes = random.nextInt(1, 6); changes > 0; changes--) {
                message[random.nextInt(message.length)] = (byte) random.nextInt(256);
            }
            answer(last(), random.nextBoolean() ? message : java.util.Arrays.copyOf(message, random.nextInt(80)));
        }
    }
}
