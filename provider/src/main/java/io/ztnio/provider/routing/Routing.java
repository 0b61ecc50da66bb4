package io.ztnio.provider.routing;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.WildcardScope;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Which stack an address is for, as the networks and the host are now; and who waits to be told.
 *
 * <p>Thread: thread-safe. A decision takes a lock only when the host's addresses have changed since they were last looked
 * at. The lock is the innermost of all.
 */
public final class Routing {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    /** How often the host's addresses are looked at, if somebody asks. */
    private static final long LOOK_NANOS = 1_000_000_000;

    /** Where looking takes long, it is done so much less often. */
    private static final int LOOK_SHARE = 100;

    private static final long MILLI_NANOS = 1_000_000;

    private final RoutingSettings settings;
    private final Supplier<HostRoutes> hostLook;
    private final LongSupplier nanoClock;
    private final ScheduledExecutorService runtime;
    private final Executor log;
    private final AtomicLong nextLook;
    private final List<Waiter> waiters = new CopyOnWriteArrayList<>();

    /** {@link #tell} will run. */
    private final AtomicBoolean telling = new AtomicBoolean();

    /** When it runs for the time's sake. The runtime's thread only. */
    private Future<?> timer;

    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}, as what follows. */
    private final ClaimHistory history = new ClaimHistory();

    private final Set<String> noticed = new HashSet<>();
    private Collection<NetworkClaims> networks;
    private HostRoutes host = HostRoutes.NONE;
    private long deadlineNanos;

    /** Written by {@link #lock}. */
    private volatile RouteTable table;

    /** Written by {@link #lock}: the host's addresses are in the table. */
    private volatile boolean looked;

    /**
     * Knows the networks' ids at most.
     *
     * @param hostLook looks what the operating system has
     * @param runtime where those who wait are told
     * @param log where what is to be known is logged: a log may wait for whatever it writes to
     */
    public Routing(
            RoutingSettings settings,
            Collection<NetworkClaims> networks,
            Supplier<HostRoutes> hostLook,
            LongSupplier nanoClock,
            ScheduledExecutorService runtime,
            Executor log) {
        this.settings = settings;
        this.networks = List.copyOf(networks);
        this.hostLook = hostLook;
        this.nanoClock = nanoClock;
        this.runtime = runtime;
        this.log = log;
        this.deadlineNanos = nanoClock.getAsLong();
        this.nextLook = new AtomicLong(deadlineNanos);
        this.table = RouteTable.of(settings, host, this.networks, history, deadlineNanos);
    }

    /** Takes the networks as they are now; tells who waited for that. */
    public void networks(Collection<NetworkClaims> now, long newDeadlineNanos) {
        lock.lock();
        try {
            networks = List.copyOf(now);
            deadlineNanos = newDeadlineNanos;
            for (NetworkClaims network : networks) {
                network.link().ifPresent(link -> history.note(network.id(), link));
            }
            rebuild();
        } finally {
            lock.unlock();
        }
    }

    /** As {@code VirtualNetworks.decide}, as things are: nothing is started. Never {@link Verdict#UNAVAILABLE} with {@code os}. */
    public RoutingDecision decide(InetAddress address, boolean local) {
        RoutingDecision strict = decideStrictly(address, local);
        if (strict.verdict() != Verdict.UNAVAILABLE
                || settings.whenUnavailable() == WhenUnavailable.FAIL
                // No interface of the operating system has such a number.
                || LinkScope.named(address) != 0) {
            return strict;
        }
        if (warned.add(strict.reason())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    strict.reason() + ". Its traffic goes to the operating system (ztnio.unavailable=os)");
        }
        return RoutingDecision.HOST;
    }

    /** As if {@code ztnio.unavailable} were {@code fail}. */
    public RoutingDecision decideStrictly(InetAddress address, boolean local) {
        long now = nanoClock.getAsLong();
        look(now);
        return local ? table.decideLocal(address, now) : table.decide(address, now);
    }

    /** Whether a network, or {@code ztnio.routes}, claims the address: the node's own datagrams must not go there. */
    public boolean isClaimed(InetAddress address) {
        return table.isClaimed(address);
    }

    /**
     * Which stacks a datagram to a group or to 255.255.255.255 is for, of a socket that is bound to the wildcard address.
     *
     * @param wildcard where such sockets listen
     * @return {@code OS} where {@link #decide} decides, and where no network can be had now in whose stead the host has it
     */
    public WildcardScope groupScope(InetAddress group, WildcardScope wildcard) {
        RouteTable now = table;
        boolean both = wildcard == WildcardScope.BOTH;
        return !now.isForAll(group) || (both && !now.hasUsable()) ? WildcardScope.OS : wildcard;
    }

    /** As {@code VirtualNetworks.whenDecided}. */
    public Registration whenDecided(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
        RoutingDecision now = decide(address, local);
        if (now.isDecided()) {
            then.accept(now);
            return Registration.NONE;
        }
        Waiter waiter = new Waiter(address, local, then);
        waiters.add(waiter);
        // It may have been decided meanwhile; and somebody must look at the time.
        tellSoon();
        return () -> {
            waiter.open.set(false);
            waiters.remove(waiter);
        };
    }

    private void tellSoon() {
        if (telling.compareAndSet(false, true)) {
            runtime.execute(this::tell);
        }
    }

    /** Tells those whose answer is there. On the runtime's thread. */
    @SuppressWarnings("ModifyCollectionInEnhancedForLoop") // the collection is a concurrent one
    private void tell() {
        telling.set(false);
        Map<Waiter, RoutingDecision> decided = new LinkedHashMap<>();
        for (Waiter waiter : waiters) {
            RoutingDecision decision = decide(waiter.address, waiter.local);
            if (decision.isDecided()) {
                decided.put(waiter, decision);
            }
        }
        waiters.removeAll(decided.keySet());
        decided.forEach(Waiter::tell);
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        if (!waiters.isEmpty()) {
            long left = table.deadlineNanos() - nanoClock.getAsLong();
            timer = runtime.schedule(this::tellSoon, Math.max(left, MILLI_NANOS), TimeUnit.NANOSECONDS);
        }
    }

    private void look(long now) {
        if (!looked) {
            lookFirst();
            return;
        }
        long due = nextLook.get();
        // One thread looks; the others go by what was seen last.
        if (now - due < 0 || !nextLook.compareAndSet(due, now + LOOK_NANOS)) {
            return;
        }
        HostRoutes seen = lookAt(now);
        lock.lock();
        try {
            if (!seen.equals(host)) {
                host = seen;
                rebuild();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nobody decides anything before. */
    private void lookFirst() {
        lock.lock();
        try {
            if (!looked) {
                host = lookAt(nanoClock.getAsLong());
                rebuild();
                looked = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private HostRoutes lookAt(long now) {
        HostRoutes seen = hostLook.get();
        long took = nanoClock.getAsLong() - now;
        nextLook.set(now + Math.max(LOOK_NANOS, took * LOOK_SHARE));
        return seen;
    }

    /** By the lock. */
    private void rebuild() {
        table = RouteTable.of(settings, host, networks, history, deadlineNanos);
        List<String> fresh = table.notices().stream().filter(noticed::add).toList();
        if (!fresh.isEmpty()) {
            // Not here: this may be inside a gate, and a log may write to a socket of ours.
            log.execute(() -> fresh.forEach(notice -> LOG.log(System.Logger.Level.INFO, notice)));
        }
        if (!waiters.isEmpty()) {
            tellSoon();
        }
    }

    private static final class Waiter {
        private final InetAddress address;
        private final boolean local;
        private final Consumer<RoutingDecision> then;
        private final AtomicBoolean open = new AtomicBoolean(true);

        Waiter(InetAddress address, boolean local, Consumer<RoutingDecision> then) {
            this.address = address;
            this.local = local;
            this.then = then;
        }

        void tell(RoutingDecision decision) {
            if (!open.getAndSet(false)) {
                return;
            }
            try {
                then.accept(decision);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "unexpected failure of who waited for a routing decision", e);
            }
        }
    }
}
