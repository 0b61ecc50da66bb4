package io.ztnio.protocol.transport;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;

/**
 * Has an interrupt of a thread end what it waits for in a call of the system, as it ends a select: the JDK offers that to selectors
 * only, so this is one, without keys.
 *
 * <p>Thread: {@link #enter} and {@link #leave} by who waits, one at a time.
 */
final class Interruption extends AbstractSelector {
    private final Runnable wakeup;

    /** @param wakeup ends the wait; called by who interrupts */
    Interruption(Runnable wakeup) {
        super(null);
        this.wakeup = wakeup;
    }

    /** The wait begins; it is ended at once if the thread is interrupted already. */
    void enter() {
        begin();
    }

    void leave() {
        end();
    }

    @Override
    public Selector wakeup() {
        wakeup.run();
        return this;
    }

    @Override
    protected void implCloseSelector() {}

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SelectionKey> keys() {
        return Set.of();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return Set.of();
    }

    @Override
    public int selectNow() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select(long timeoutMillis) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select() {
        throw new UnsupportedOperationException();
    }
}
