package io.ztnio.provider.runtime;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.routing.NetworkClaims;
import io.ztnio.provider.routing.Registration;
import io.ztnio.provider.routing.Routing;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.RoutingSettings;
import io.ztnio.provider.routing.RuntimeThread;
import io.ztnio.provider.routing.Standing;
import io.ztnio.provider.routing.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A node that starts when an address that could be its networks' is first asked for, and what its networks, started or
 * not, claim.
 *
 * <p>Thread: thread-safe. The lock comes after any gate.
 */
final class RoutedNode<T extends AutoCloseable> {
    private static final String STARTING = "the node is starting";

    /** Between tries to start: who asks meanwhile waits for the next one. */
    private static final long RETRY_MILLIS = 200;

    /** The same where nobody waits, because the traffic goes to the operating system. */
    private static final long RETRY_BEHIND_NANOS = 5_000_000_000L;

    /** A log may wait for whatever it writes to. */
    private static final long THREADS_END_SECONDS = 5;

    private final ZtnioConfig config;
    private final Claims claims;
    private final LazyStart<T> node;
    private final Routing routing;
    private final RuntimeThread runtime = RuntimeThread.open("ztnio-runtime");
    private final RuntimeThread log = RuntimeThread.open("ztnio-log");

    /** For one look at the networks at a time. */
    private final ReentrantLock lock = new ReentrantLock();

    /** What decisions know of the node; written by {@link #lock}. */
    private volatile LazyStart.State<T> shown;

    /** What the networks claim; called by {@link #lock}. */
    interface Claims {
        /** As they stand while the node runs. */
        List<NetworkClaims> running();

        /** While it does not: what is known of them, all as badly off. */
        List<NetworkClaims> without(Standing standing, String reason);
    }

    /**
     * Starts nothing.
     *
     * @param place where the node keeps its state, for messages
     * @param quiet whether the node's owner says why it does not start, so that the log need not
     */
    RoutedNode(ZtnioConfig config, String place, LazyStart.Starter<T> starter, Claims claims, boolean quiet) {
        this.config = config;
        this.claims = claims;
        this.node = new LazyStart<>(
                "ztnio cannot start", place, starter, this::refresh, quiet, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        this.routing = new Routing(
                RoutingSettings.of(config),
                claims.without(Standing.WAITING, STARTING),
                LocalEndpoints::hostRoutes,
                System::nanoTime,
                runtime,
                log);
        refresh();
    }

    @SuppressWarnings("ReferenceEquality") // a state is an object, and equal ones are not the same try
    RoutingDecision decide(InetAddress address, boolean local) {
        if (node.running().isEmpty()) {
            RoutingDecision decision = routing.decideStrictly(address, local);
            if (decision.verdict() == Verdict.PENDING || (decision.verdict() == Verdict.UNAVAILABLE && isTryDue())) {
                node.request();
            }
            if (shown != node.state()) {
                // Somebody else's request, of which decisions are told in a moment.
                refresh();
            }
        }
        return routing.decide(address, local);
    }

    private boolean isTryDue() {
        return config.whenUnavailable() == WhenUnavailable.FAIL
                || System.nanoTime() - node.state().sinceNanos() >= RETRY_BEHIND_NANOS;
    }

    Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        RoutingDecision now = decide(address, local);
        if (now.isDecided()) {
            then.accept(now);
            return Registration.NONE;
        }
        return routing.whenDecided(address, local, then);
    }

    WildcardScope groupScope(InetAddress group) {
        return routing.groupScope(group, config.wildcard());
    }

    /** Has something called whenever the node has started; before it does for the first time. */
    void onStart(Runnable then) {
        node.onReady(then);
    }

    boolean isClaimed(InetAddress address) {
        return routing.isClaimed(address);
    }

    /** The node, which is started if it does not run. */
    T get() throws IOException {
        return node.get();
    }

    /** Starts the node if it does not run, and waits at most so long for that; false if the time is over. */
    boolean await(long nanos) throws IOException, InterruptedException {
        return node.await(nanos);
    }

    Optional<T> running() {
        return node.running();
    }

    /** Looks again how the networks stand. */
    void refresh() {
        lock.lock();
        try {
            LazyStart.State<T> state = node.state();
            routing.networks(claims(state), deadlineNanos(state));
            shown = state;
        } finally {
            lock.unlock();
        }
    }

    private List<NetworkClaims> claims(LazyStart.State<T> state) {
        return switch (state.phase()) {
            case RUNNING -> claims.running();
            case IDLE -> claims.without(Standing.WAITING, STARTING);
            case STARTING -> {
                // Where nobody is to wait, what failed counts until it works.
                boolean behind = state.failure() != null && config.whenUnavailable() == WhenUnavailable.OS;
                yield behind
                        ? claims.without(Standing.UNAVAILABLE, state.failure().getMessage())
                        : claims.without(Standing.WAITING, STARTING);
            }
            case FAILED -> claims.without(Standing.UNAVAILABLE, state.failure().getMessage());
            case CLOSED -> claims.without(Standing.UNAVAILABLE, "the virtual networks of this process were closed");
        };
    }

    /** When what is waited for is given up. */
    long deadlineNanos() {
        return deadlineNanos(node.state());
    }

    private long deadlineNanos(LazyStart.State<T> state) {
        // Nobody has waited for a node that nobody has needed.
        return state.phase() == LazyStart.Phase.IDLE
                ? System.nanoTime() + Long.MAX_VALUE / 4
                : state.begunNanos() + config.joinTimeout().toNanos();
    }

    /** Where to log from inside a gate: a log may write to a socket of ours. */
    Executor log() {
        return log;
    }

    /** Where to do what must not be done inside a gate. */
    ScheduledExecutorService runtime() {
        return runtime;
    }

    /** Ends the node; its threads end soon. */
    void close() {
        node.close();
        runtime.finish();
        log.finish();
    }

    /** After {@link #close}, and not on a thread of the node's: waits until all its threads have ended, for a bounded time. */
    void awaitEnd() throws InterruptedException {
        node.awaitEnd();
        runtime.awaitTermination(THREADS_END_SECONDS, TimeUnit.SECONDS);
        log.awaitTermination(THREADS_END_SECONDS, TimeUnit.SECONDS);
    }
}
