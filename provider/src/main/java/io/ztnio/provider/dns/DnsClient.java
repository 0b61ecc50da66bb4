package io.ztnio.provider.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Asks servers within virtual networks, and keeps what they said.
 *
 * <p>Thread: thread-safe. Who asks waits; an interrupt neither ends that nor gets lost, as in the JDK's own resolver.
 */
public final class DnsClient {
    private final DnsTransport transport;
    private final DnsTimings timings;
    private final Supplier<CachePolicy> policy;
    private final LongSupplier nanoClock;
    private final RandomGenerator random;
    private final DnsCache cache = new DnsCache();

    /** @param channels whose channels reach the networks */
    public DnsClient(SelectorProvider channels) {
        this(channels, DnsTimings.DEFAULT, CachePolicy::ofJdk, System::nanoTime, new SecureRandom());
    }

    DnsClient(
            SelectorProvider channels,
            DnsTimings timings,
            Supplier<CachePolicy> policy,
            LongSupplier nanoClock,
            RandomGenerator random) {
        this.transport = new DnsTransport(channels, nanoClock);
        this.timings = timings;
        this.policy = policy;
        this.nanoClock = nanoClock;
        this.random = random;
    }

    /**
     * Asks the questions at once.
     *
     * @param servers at least one; the next is asked when one does not answer
     * @return in the order of the questions
     */
    public List<DnsOutcome> ask(List<DnsQuestion> questions, List<DnsServer> servers) {
        List<InetAddress> addresses = servers.stream().map(DnsServer::address).toList();
        long now = nanoClock.getAsLong();
        List<Optional<DnsOutcome>> kept = new ArrayList<>();
        List<DnsQuestion> open = new ArrayList<>();
        for (DnsQuestion question : questions) {
            Optional<DnsOutcome> found = cache.get(addresses, question, now);
            kept.add(found);
            if (found.isEmpty()) {
                open.add(question);
            }
        }
        List<DnsOutcome> fresh = open.isEmpty() ? List.of() : askNow(open, servers, addresses, now);
        List<DnsOutcome> all = new ArrayList<>();
        int next = 0;
        for (Optional<DnsOutcome> found : kept) {
            all.add(found.isPresent() ? found.get() : fresh.get(next++));
        }
        return all;
    }

    private List<DnsOutcome> askNow(
            List<DnsQuestion> questions, List<DnsServer> servers, List<InetAddress> addresses, long now) {
        DnsTask task = new DnsTask(questions, addresses, timings, random, now);
        try {
            transport.run(task, servers);
        } catch (IOException | RuntimeException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return questions.stream()
                    .map(question -> DnsOutcome.failure(reason))
                    .toList();
        }
        List<DnsOutcome> outcomes = task.outcomes();
        long end = nanoClock.getAsLong();
        for (int i = 0; i < questions.size(); i++) {
            cache.put(addresses, questions.get(i), outcomes.get(i), policy.get(), end);
        }
        return outcomes;
    }
}
