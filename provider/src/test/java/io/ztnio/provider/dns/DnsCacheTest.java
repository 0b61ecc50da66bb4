package io.ztnio.provider.dns;

import static io.ztnio.provider.dns.Answers.ips;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.security.Security;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DnsCacheTest {
    private static final DnsQuestion QUESTION = new DnsQuestion("db.corp.example", DnsType.A);
    private static final List<InetAddress> SERVERS = ips("10.1.0.1");
    private static final CachePolicy DEFAULTS = new CachePolicy(30, 10);

    private final DnsCache cache = new DnsCache();

    private static DnsOutcome answer(long ttl) {
        return DnsOutcome.answer(ips("10.1.0.9"), List.of(), ttl);
    }

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private boolean isKeptAt(long seconds) {
        return cache.get(SERVERS, QUESTION, seconds(seconds)).isPresent();
    }

    @Test
    void anAnswerIsKeptAsLongAsItsServerSays() {
        cache.put(SERVERS, QUESTION, answer(7), DEFAULTS, 0);

        assertThat(isKeptAt(6)).isTrue();
        assertThat(isKeptAt(7)).isFalse();
    }

    @Test
    void noLongerThanTheJdkIsTold() {
        cache.put(SERVERS, QUESTION, answer(3600), DEFAULTS, 0);

        assertThat(isKeptAt(29)).isTrue();
        assertThat(isKeptAt(30)).isFalse();
    }

    @Test
    void notAtAllWhereTheJdkKeepsNothing() {
        cache.put(SERVERS, QUESTION, answer(3600), new CachePolicy(0, 0), 0);

        assertThat(isKeptAt(0)).isFalse();
    }

    @Test
    void asLongAsTheServerSaysWhereTheJdkKeepsForEver() {
        cache.put(SERVERS, QUESTION, answer(3600), new CachePolicy(-1, 10), 0);

        assertThat(isKeptAt(3599)).isTrue();
        assertThat(isKeptAt(3600)).isFalse();
    }

    @Test
    void thatThereIsNothingHasAPolicyOfItsOwn() {
        cache.put(SERVERS, QUESTION, DnsOutcome.nothing(3600), DEFAULTS, 0);

        assertThat(isKeptAt(9)).isTrue();
        assertThat(isKeptAt(10)).isFalse();
    }

    @Test
    void failuresAreNotKept() {
        cache.put(SERVERS, QUESTION, DnsOutcome.failure("silence"), DEFAULTS, 0);

        assertThat(isKeptAt(0)).isFalse();
    }

    @Test
    void otherServersMaySaySomethingElse() {
        cache.put(SERVERS, QUESTION, answer(7), DEFAULTS, 0);

        assertThat(cache.get(ips("10.1.0.2"), QUESTION, 0)).isEmpty();
    }

    @Test
    void itsSizeIsBounded() {
        for (int i = 0; i < 5000; i++) {
            cache.put(SERVERS, new DnsQuestion("n" + i, DnsType.A), answer(100), DEFAULTS, 0);
        }

        assertThat(cache.size()).isEqualTo(1024);
        assertThat(cache.get(SERVERS, new DnsQuestion("n4999", DnsType.A), 0)).isPresent();
        assertThat(cache.get(SERVERS, new DnsQuestion("n0", DnsType.A), 0)).isEmpty();
    }

    @Test
    void thePolicyIsTheJdksAsItIsSetNow() {
        String before = Security.getProperty("networkaddress.cache.ttl");
        try {
            Security.setProperty("networkaddress.cache.ttl", "3");
            assertThat(CachePolicy.ofJdk().positiveSeconds()).isEqualTo(3);
        } finally {
            Security.setProperty("networkaddress.cache.ttl", before == null ? "30" : before);
        }
    }
}
