package io.ztnio.provider.selector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;

/**
 * A channel's registration with a {@link ZeroTierSelector}: the same object before and after the channel's stack is
 * decided.
 *
 * <p>Thread: thread-safe. The package-private fields without {@code volatile} belong to the selecting thread, which
 * holds the selector's monitor.
 */
public final class ZeroTierKey extends AbstractSelectionKey {
    private static final VarHandle INTEREST;
    private static final VarHandle QUEUED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INTEREST = lookup.findVarHandle(ZeroTierKey.class, "interest", int.class);
            QUEUED = lookup.findVarHandle(ZeroTierKey.class, "queued", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ZeroTierSelector selector;
    private final SelectableChannel channel;
    private final Facade facade;

    private volatile int interest;
    private volatile int ready;

    /** The registration of the operating system's channel, once there is one. */
    private volatile SelectionKey osKey;

    /** Whether the key is in the ready stack. Cleared before the readiness is read, set after it was changed. */
    @SuppressWarnings("unused") // by VarHandle
    private volatile boolean queued;

    /** The link of the ready stack; owned by whoever set {@code queued}. */
    ZeroTierKey next;

    /** Place in the selected-key set, or -1. */
    int selectedIndex = -1;

    /** Place in the list of keys that were ready last time, or -1. */
    int hotIndex = -1;

    /** Operations found ready during the select in progress. */
    int gathered;

    ZeroTierKey(ZeroTierSelector selector, SelectableChannel channel, Facade facade) {
        this.selector = selector;
        this.channel = channel;
        this.facade = facade;
    }

    @Override
    public SelectableChannel channel() {
        return channel;
    }

    @Override
    public Selector selector() {
        return selector;
    }

    @Override
    public int interestOps() {
        ensureValid();
        return interest;
    }

    @Override
    public SelectionKey interestOps(int ops) {
        ensureValid();
        checkOps(ops);
        setInterest(ops);
        return this;
    }

    @Override
    public int interestOpsOr(int ops) {
        ensureValid();
        checkOps(ops);
        int before = (int) INTEREST.getAndBitwiseOr(this, ops);
        interestChanged();
        return before;
    }

    @Override
    public int interestOpsAnd(int ops) {
        ensureValid();
        int before = (int) INTEREST.getAndBitwiseAnd(this, ops);
        interestChanged();
        return before;
    }

    @Override
    public int readyOps() {
        ensureValid();
        return ready;
    }

    @Override
    public String toString() {
        return "channel=" + channel + ", selector=" + selector
                + (isValid() ? ", interestOps=" + interest + ", readyOps=" + ready : ", invalid");
    }

    int interest() {
        return interest;
    }

    Facade facade() {
        return facade;
    }

    int ready() {
        return ready;
    }

    void ready(int ops) {
        ready = ops;
    }

    /** Before anybody else sees the key: nothing is queued. */
    void initialInterest(int ops) {
        interest = ops;
    }

    void setInterest(int ops) {
        // A full fence between this write and the reading of the readiness; the other side has the mirror image.
        INTEREST.getAndSet(this, ops);
        interestChanged();
    }

    void interestChanged() {
        SelectionKey key = osKey;
        if (key != null) {
            applyInterest(key);
        }
        if ((facade.readyOps() & interest) != 0) {
            queue();
        }
    }

    /** The JDK's selector takes note of a changed interest when it is entered. */
    void osInterestChanged() {
        if (osKey != null) {
            selector.osChanged();
        }
    }

    /** Watches the operating system's channel, if there is one. Idempotent. */
    void attachToOs() {
        SelectableChannel os = facade.hostChannel();
        if (os == null || osKey != null || !isValid()) {
            return;
        }
        try {
            SelectionKey key = os.register(selector.os(), facade.hostOps(interest), this);
            osKey = key;
            applyInterest(key);
            if (!isValid()) {
                cancelOs();
            }
            selector.osChanged();
        } catch (ClosedChannelException | ClosedSelectorException e) {
            // Our channel or selector is being closed too, which cancels this key.
            return;
        } catch (CancelledKeyException e) {
            // A predecessor of this key is not flushed yet; the selecting thread flushes it and tries again.
            selector.osCancelled();
            queue();
        } catch (IllegalBlockingModeException e) {
            if (isValid()) {
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the watching. Whether there was anything to end; the JDK's selector must then be flushed. */
    boolean cancelOs() {
        SelectionKey key = osKey;
        if (key == null) {
            return false;
        }
        key.cancel();
        selector.osCancelled();
        return true;
    }

    /** Whether the operating system's channel is there but not watched yet. */
    boolean isDetached() {
        return osKey == null && facade.hostChannel() != null;
    }

    void queue() {
        if (QUEUED.compareAndSet(this, false, true)) {
            selector.push(this);
        }
    }

    void unqueued() {
        queued = false;
    }

    private void applyInterest(SelectionKey key) {
        int applied;
        try {
            do {
                applied = interest;
                int ops = facade.hostOps(applied) & channel.validOps();
                if (key.interestOps() != ops) {
                    key.interestOps(ops);
                }
                // Of two setters at the same time the last one to get here sees the final value.
            } while (interest != applied);
        } catch (CancelledKeyException | ClosedSelectorException e) {
            // The validity of this key is the one that counts.
            return;
        }
    }

    private void ensureValid() {
        if (!isValid()) {
            throw new CancelledKeyException();
        }
    }

    private void checkOps(int ops) {
        if ((ops & ~channel.validOps()) != 0) {
            throw new IllegalArgumentException();
        }
    }
}
