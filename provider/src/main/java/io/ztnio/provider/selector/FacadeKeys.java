package io.ztnio.provider.selector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The keys of one channel, for those who have something to tell them.
 *
 * <p>A registration publishes its key here and then looks for the operating system's channel; a decision publishes that
 * channel and then looks for keys: one of them sees the other, and attaching twice does no harm.
 *
 * <p>Thread: thread-safe, lock-free.
 */
public final class FacadeKeys {
    private static final ZeroTierKey[] NONE = {};
    private static final VarHandle KEYS;

    static {
        try {
            KEYS = MethodHandles.lookup().findVarHandle(FacadeKeys.class, "keys", ZeroTierKey[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Facade facade;
    private volatile ZeroTierKey[] keys = NONE;

    public FacadeKeys(Facade facade) {
        this.facade = facade;
    }

    /** The virtual stack may have become ready for something: queues the keys that wait for it. */
    public void signal() {
        ZeroTierKey[] current = keys;
        if (current.length == 0) {
            return;
        }
        int ready = facade.readyOps();
        for (ZeroTierKey key : current) {
            if ((ready & key.interest()) != 0) {
                key.queue();
            }
        }
    }

    /** The operating system's channel has appeared: watches it for every key. */
    public void attach() {
        for (ZeroTierKey key : keys) {
            key.attachToOs();
        }
    }

    /** {@link Facade#hostOps} has changed its mind, which a sleeping selector must hear of. */
    public void refresh() {
        for (ZeroTierKey key : keys) {
            key.interestChanged();
            key.osInterestChanged();
        }
    }

    /** Before the channel becomes blocking: the JDK's channel counts its own keys, not ours. */
    public void cancelInvalid() {
        for (ZeroTierKey key : keys) {
            if (!key.isValid()) {
                key.cancelOs();
            }
        }
    }

    void add(ZeroTierKey key) {
        ZeroTierKey[] before;
        ZeroTierKey[] after;
        do {
            before = keys;
            after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = key;
        } while (!KEYS.compareAndSet(this, before, after));
    }

    void remove(ZeroTierKey key) {
        ZeroTierKey[] before;
        ZeroTierKey[] after;
        do {
            before = keys;
            int at = Arrays.asList(before).indexOf(key);
            if (at < 0) {
                return;
            }
            after = before.length == 1 ? NONE : new ZeroTierKey[before.length - 1];
            System.arraycopy(before, 0, after, 0, at);
            System.arraycopy(before, at + 1, after, at, before.length - at - 1);
        } while (!KEYS.compareAndSet(this, before, after));
    }
}
