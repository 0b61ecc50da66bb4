package io.ztnio.provider.runtime;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.node.NodeEvent;
import io.ztnio.provider.routing.RuntimeThread;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells an engine's listeners, and its log, what happens to its node and its networks.
 *
 * <p>Thread: listeners come and go on any; the rest is confined to the engine's gate.
 */
final class EngineNews implements EngineNetworks.Changes, AutoCloseable {
    /** More do not wait for a log that waits for something. */
    private static final int MOST_WARNINGS = 100;

    private final System.Logger to;

    /** For what is to be said from inside the gate. */
    private final RuntimeThread log = RuntimeThread.open("ztnio-log");

    private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();

    EngineNews(System.Logger to) {
        this.to = to;
    }

    void add(EngineListener listener) {
        listeners.add(listener);
    }

    /**
     * Tells of an event.
     *
     * @param node whose it is
     */
    void onNodeEvent(long node, NodeEvent event) {
        to.log(System.Logger.Level.DEBUG, () -> "node " + Address.format(node) + ": " + event);
        listeners.forEach(listener -> listener.onNodeEvent(event));
    }

    @Override
    public void onNetwork(NetworkView network) {
        listeners.forEach(listener -> listener.onNetwork(network));
    }

    @Override
    public void onWarning(String text) {
        // Others can bring it about, and it is written outside of the gate: a log may write to a socket of ours.
        if (log.getQueue().size() < MOST_WARNINGS) {
            log.execute(() -> to.log(System.Logger.Level.WARNING, text));
        }
    }

    @Override
    public void onLeft(long networkId) {
        listeners.forEach(listener -> listener.onLeft(networkId));
    }

    @Override
    public void onDiverted(DivertedFrame frame) {
        listeners.forEach(listener -> listener.onDiverted(frame));
    }

    /** What was said by then is still written. */
    @Override
    public void close() {
        log.shutdown();
    }
}
