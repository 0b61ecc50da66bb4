package io.ztnio.provider.selector;

import io.ztnio.provider.os.OsProvider;
import io.ztnio.tcpip.Waiting;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A selector over both stacks, with one wait and no helper thread.
 *
 * <p>The word {@code head} is empty, a stack of keys that virtual endpoints made ready, or {@link #SLEEPING}. Whoever
 * replaces {@code SLEEPING} wakes the sleeper, so a sleep costs at most one wake-up and a running selector none. The
 * sleeper waits in one of the JDK's own selectors if it has keys there, else it parks. Keys found ready stay on the hot
 * list and are looked at again by the next select (readiness is level-triggered); others leave it and come back through
 * the stack.
 *
 * <p>Thread: thread-safe. As {@code Selector} documents, a select holds the monitors of the selector and of its selected
 * keys; everything else is lock-free against it.
 */
public final class ZeroTierSelector extends AbstractSelector {
    /** Stands in {@code head} for a thread that waits. */
    private static final ZeroTierKey SLEEPING = new ZeroTierKey(null, null, null);

    private static final VarHandle HEAD;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(ZeroTierSelector.class, "head", ZeroTierKey.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> publicKeys = Collections.unmodifiableSet(keys);
    private final SelectedKeys selected = new SelectedKeys();
    private final KeyList hot = new KeyList();
    private final KeyList hits = new KeyList();
    private final Consumer<SelectionKey> osHit = this::gatherOs;
    private final ReentrantLock osLock = new ReentrantLock();

    private volatile ZeroTierKey head;
    private volatile Selector os;
    private volatile boolean wakePending;

    /** The JDK's selector has got a key since the sleeper looked. */
    private volatile boolean osChanged;

    /** A key of the JDK's selector was cancelled and waits to be flushed. */
    private volatile boolean osCancelled;

    /** The sleeper, if it parks. Written before {@code SLEEPING} is published. */
    private volatile Thread parked;

    /** How the sleeper waits, if it does not wait in the JDK's selector. Written before {@code SLEEPING} is published. */
    private Waiting way = Waiting.PARKED;

    private final BooleanSupplier over = this::isSleepOver;
    private boolean selecting;

    /** A selector that opens one of the JDK's own when it gets a key for it. */
    public ZeroTierSelector(SelectorProvider provider) {
        super(provider);
    }

    /** A selector that has one of the JDK's own already, for processes in which all keys are the operating system's. */
    public static ZeroTierSelector openPassThrough(SelectorProvider provider) throws IOException {
        ZeroTierSelector selector = new ZeroTierSelector(provider);
        // At once, as the JDK does it: who counts descriptors must not find more of them at the first registration.
        selector.os();
        return selector;
    }

    @Override
    public Set<SelectionKey> keys() {
        ensureOpen();
        return publicKeys;
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        ensureOpen();
        return selected;
    }

    @Override
    public int selectNow() throws IOException {
        return lockAndSelect(null, 0);
    }

    @Override
    public int select() throws IOException {
        return lockAndSelect(null, Long.MAX_VALUE);
    }

    @Override
    public int select(long timeoutMillis) throws IOException {
        return lockAndSelect(null, timeoutNanos(timeoutMillis));
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), 0);
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), Long.MAX_VALUE);
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        return lockAndSelect(Objects.requireNonNull(action), timeoutNanos(timeoutMillis));
    }

    @Override
    public Selector wakeup() {
        if (!wakePending) {
            wakePending = true;
            kick();
        }
        return this;
    }

    @Override
    public String toString() {
        return "ZeroTierSelector[" + (isOpen() ? keys.size() + " keys" : "closed") + "]";
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        Facade facade = channel instanceof Facade ours ? ours : new ForeignChannel(channel);
        ensureOpen();
        ZeroTierKey key = new ZeroTierKey(this, channel, facade);
        key.attach(attachment);
        key.initialInterest(ops);
        keys.add(key);
        facade.keys().add(key);
        if (!isOpen()) {
            keys.remove(key);
            facade.keys().remove(key);
            key.cancelOs();
            throw new ClosedSelectorException();
        }
        try {
            key.attachToOs();
        } catch (RuntimeException e) {
            // Not even the JDK's selector knows the kind.
            keys.remove(key);
            facade.keys().remove(key);
            throw e;
        }
        // Once more: the endpoint may have become ready before it could see this key.
        key.interestChanged();
        return key;
    }

    @Override
    protected void implCloseSelector() throws IOException {
        wakePending = true;
        kick();
        synchronized (this) {
            synchronized (selected) {
                closeOs();
                for (SelectionKey each : keys) {
                    forget((ZeroTierKey) each);
                }
                synchronized (cancelledKeys()) {
                    cancelledKeys().clear();
                }
                selected.clear();
                hot.clear();
            }
        }
    }

    /** The JDK's selector, opened now if need be. */
    Selector os() throws IOException {
        Selector existing = os;
        if (existing != null) {
            return existing;
        }
        osLock.lock();
        try {
            if (os == null) {
                ensureOpen();
                os = OsProvider.openSelector();
            }
            return os;
        } finally {
            osLock.unlock();
        }
    }

    void osChanged() {
        osChanged = true;
        kick();
    }

    /** The JDK's selector must be flushed before anything is registered with it again. */
    void osCancelled() {
        osCancelled = true;
    }

    /** Puts a key whose {@code queued} flag the caller has just set on the ready stack. */
    void push(ZeroTierKey key) {
        ZeroTierKey before;
        do {
            before = head;
            key.next = before == SLEEPING ? null : before;
        } while (!HEAD.compareAndSet(this, before, key));
        if (before == SLEEPING) {
            wakeSleeper();
        }
    }

    private void kick() {
        if (head == SLEEPING && HEAD.compareAndSet(this, SLEEPING, null)) {
            wakeSleeper();
        }
    }

    private void wakeSleeper() {
        Thread thread = parked;
        if (thread != null) {
            way.wake(thread);
            return;
        }
        Selector waiting = os;
        if (waiting != null) {
            waiting.wakeup();
        }
    }

    private int lockAndSelect(Consumer<SelectionKey> action, long timeoutNanos) throws IOException {
        synchronized (this) {
            ensureOpen();
            if (selecting) {
                throw new IllegalStateException("select in progress");
            }
            selecting = true;
            try {
                synchronized (selected) {
                    return doSelect(action, timeoutNanos);
                }
            } finally {
                selecting = false;
            }
        }
    }

    private int doSelect(Consumer<SelectionKey> action, long timeoutNanos) throws IOException {
        try {
            flushCancelled();
            await(timeoutNanos);
            if (wakePending) {
                wakePending = false;
            }
            if (action == null) {
                flushCancelled();
                return commit();
            }
            int consumed = run(action);
            flushCancelled();
            return consumed;
        } finally {
            for (int i = 0; i < hits.size(); i++) {
                hits.get(i).gathered = 0;
            }
            hits.clear();
        }
    }

    /** Gathers ready keys, waiting for at least one, a wake-up, an interrupt, the close or the timeout. */
    private void await(long timeoutNanos) throws IOException {
        long start = timeoutNanos == 0 || timeoutNanos == Long.MAX_VALUE ? 0 : System.nanoTime();
        long remaining = timeoutNanos;
        while (true) {
            drain();
            if (hits.size() > 0 || remaining <= 0 || mustReturn()) {
                pollOs();
                return;
            }
            sleep(remaining);
            if (hits.size() > 0) {
                drain();
                return;
            }
            if (timeoutNanos != Long.MAX_VALUE) {
                remaining = timeoutNanos - (System.nanoTime() - start);
            }
        }
    }

    private boolean isSleepOver() {
        return head != SLEEPING || osChanged || mustReturn();
    }

    private boolean mustReturn() {
        return wakePending || !isOpen() || Thread.currentThread().isInterrupted();
    }

    private void sleep(long nanos) throws IOException {
        osChanged = false;
        Selector waiting = os;
        boolean inOs = waiting != null && !waiting.keys().isEmpty();
        parked = inOs ? null : Thread.currentThread();
        if (!HEAD.compareAndSet(this, null, SLEEPING)) {
            return;
        }
        try {
            // Who set one of these before SLEEPING was there has not woken anybody.
            if (osChanged || mustReturn()) {
                return;
            }
            if (inOs) {
                waiting.select(osHit, nanos == Long.MAX_VALUE ? 0 : millisRoundedUp(nanos));
            } else {
                way.await(this, nanos, over);
            }
        } finally {
            HEAD.compareAndSet(this, SLEEPING, null);
        }
    }

    private void pollOs() throws IOException {
        Selector waiting = os;
        if (waiting != null && !waiting.keys().isEmpty()) {
            if (osCancelled) {
                osCancelled = false;
            }
            waiting.selectNow(osHit);
        }
    }

    /** Runs inside the JDK's selector, so it only takes notes. */
    private void gatherOs(SelectionKey osKey) {
        ZeroTierKey key = (ZeroTierKey) osKey.attachment();
        if (key == null) {
            return;
        }
        try {
            // What is not wanted (any more) may have been found before the JDK's selector learnt of it.
            int ops = osKey.readyOps() & key.facade().hostOps(key.interest());
            if (ops != 0) {
                gather(key, ops);
            }
        } catch (CancelledKeyException e) {
            // Cancelled by another thread in this moment: not ready for anything.
            return;
        }
    }

    private void gather(ZeroTierKey key, int ops) {
        if (key.gathered == 0) {
            hits.add(key);
        }
        key.gathered |= ops;
    }

    /** Empties the ready stack into the hot list and looks at every key there. */
    private void drain() throws IOException {
        // Volatile writes cost more than looking whether there is anything to write.
        ZeroTierKey key = head == null ? null : (ZeroTierKey) HEAD.getAndSet(this, null);
        while (key != null) {
            ZeroTierKey following = key.next;
            key.next = null;
            key.unqueued();
            if (key.isValid()) {
                attachIfDetached(key);
                if (key.hotIndex < 0) {
                    key.hotIndex = hot.add(key);
                }
            }
            key = following;
        }
        for (int i = hot.size() - 1; i >= 0; i--) {
            ZeroTierKey candidate = hot.get(i);
            int ops = candidate.isValid() ? candidate.facade().readyOps() & candidate.interest() : 0;
            if (ops != 0) {
                // The next news will come from where the last came from.
                way = candidate.facade().waiting();
                gather(candidate, ops);
            } else {
                cool(candidate);
            }
        }
    }

    private void attachIfDetached(ZeroTierKey key) throws IOException {
        if (key.isDetached()) {
            flushOs();
            key.attachToOs();
        }
    }

    private void cool(ZeroTierKey key) {
        int at = key.hotIndex;
        if (at >= 0) {
            ZeroTierKey moved = hot.removeBySwap(at);
            moved.hotIndex = at;
            key.hotIndex = -1;
        }
    }

    /** Adds what was gathered to the selected keys. The number of keys whose ready set has changed. */
    private int commit() {
        int updated = 0;
        for (int i = 0; i < hits.size(); i++) {
            ZeroTierKey key = hits.get(i);
            if (!key.isValid()) {
                continue;
            }
            if (key.selectedIndex < 0) {
                key.ready(key.gathered);
                selected.insert(key);
                updated++;
            } else if ((key.ready() | key.gathered) != key.ready()) {
                key.ready(key.ready() | key.gathered);
                updated++;
            }
        }
        return updated;
    }

    private int run(Consumer<SelectionKey> action) {
        int consumed = 0;
        for (int i = 0; i < hits.size(); i++) {
            ZeroTierKey key = hits.get(i);
            int ops = key.gathered & key.interest();
            if (!key.isValid() || ops == 0) {
                continue;
            }
            key.ready(ops);
            consumed++;
            action.accept(key);
            ensureOpen();
        }
        return consumed;
    }

    /**
     * Ends cancelled registrations: first the JDK's, by one flush for all of them, then ours, so that a channel can be
     * registered again as soon as its key is gone from here.
     */
    private void flushCancelled() throws IOException {
        List<SelectionKey> gone = List.of();
        Set<SelectionKey> cancelled = cancelledKeys();
        synchronized (cancelled) {
            if (!cancelled.isEmpty()) {
                gone = new ArrayList<>(cancelled);
                cancelled.clear();
            }
        }
        for (SelectionKey each : gone) {
            ((ZeroTierKey) each).cancelOs();
        }
        flushOs();
        for (SelectionKey each : gone) {
            forget((ZeroTierKey) each);
        }
    }

    private void flushOs() throws IOException {
        Selector waiting = os;
        if (osCancelled && waiting != null) {
            osCancelled = false;
            waiting.selectNow(osHit);
        }
    }

    private void forget(ZeroTierKey key) {
        keys.remove(key);
        selected.take(key);
        cool(key);
        key.facade().keys().remove(key);
        deregister(key);
    }

    private void closeOs() throws IOException {
        osLock.lock();
        try {
            if (os != null) {
                os.close();
            }
        } finally {
            osLock.unlock();
        }
    }

    private void ensureOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }

    private static long timeoutNanos(long timeoutMillis) {
        if (timeoutMillis < 0) {
            throw new IllegalArgumentException("Negative timeout");
        }
        return timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    private static long millisRoundedUp(long nanos) {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
    }
}
