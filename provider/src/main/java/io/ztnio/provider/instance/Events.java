package io.ztnio.provider.instance;

import io.ztnio.provider.ZeroTierEvent;
import io.ztnio.provider.ZeroTierListener;
import io.ztnio.provider.ZeroTierNetwork;
import io.ztnio.provider.ZeroTierStatus;
import io.ztnio.provider.routing.RuntimeThread;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells listeners what has changed since they were last told. The thread is there only while there is something to tell.
 *
 * <p>Thread: thread-safe.
 */
public final class Events {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    /** A listener may take its time. */
    private static final long END_SECONDS = 5;

    private final Instance instance;
    private final List<ZeroTierListener> listeners = new CopyOnWriteArrayList<>();

    /** Not named as a node's own threads: look-ups of names may wait on it. */
    private final RuntimeThread thread = RuntimeThread.open("zerotier-events");

    /** The events' thread only, as what follows. */
    private boolean started;

    private boolean online;

    /** The thread while it tells. */
    private volatile Thread telling;

    private final Map<String, ZeroTierNetwork> networks = new HashMap<>();

    /** Nobody listens. */
    public Events(Instance instance) {
        this.instance = instance;
        instance.onChange(() -> thread.execute(this::look));
    }

    /** Tells a listener what happens from now on. */
    public void add(ZeroTierListener listener) {
        listeners.add(listener);
    }

    public void remove(ZeroTierListener listener) {
        listeners.remove(listener);
    }

    /**
     * Returns when listeners have been told of how things stand now, or after a bounded time. At once if a listener calls it,
     * who is about to be told.
     */
    public void catchUp() throws InterruptedException {
        if (telling == Thread.currentThread()) {
            return;
        }
        CountDownLatch told = new CountDownLatch(1);
        thread.execute(() -> {
            look();
            told.countDown();
        });
        told.await(END_SECONDS, TimeUnit.SECONDS);
    }

    /** Tells that the instance is closed, and ends the thread. */
    public void close() {
        thread.execute(() -> tell(new ZeroTierEvent.Closed()));
        thread.finish();
    }

    /** After {@link #close}, and not from a listener: waits until the last event has been told, for a bounded time. */
    public void awaitEnd() throws InterruptedException {
        thread.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        ZeroTierStatus status = instance.status();
        if (!status.running()) {
            return;
        }
        if (!started) {
            started = true;
            tell(new ZeroTierEvent.Started(status.address()));
        }
        if (status.online() != online) {
            online = status.online();
            tell(online ? new ZeroTierEvent.Online() : new ZeroTierEvent.Offline());
        }
        for (ZeroTierNetwork network : status.networks()) {
            if (!network.equals(networks.put(network.id(), network))) {
                tell(new ZeroTierEvent.NetworkChanged(network));
            }
        }
    }

    private void tell(ZeroTierEvent event) {
        telling = Thread.currentThread();
        for (ZeroTierListener listener : listeners) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "a listener of " + event + " failed", e);
            }
        }
        telling = null;
    }
}
