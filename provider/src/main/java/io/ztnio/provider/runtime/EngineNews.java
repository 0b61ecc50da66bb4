package io.ztnio.provider.runtime;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.node.NodeEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells an engine's listeners, and its log, what happens to its node and its networks.
 *
 * <p>Thread: listeners come and go on any; the rest is confined to the engine's gate.
 */
final class EngineNews implements EngineNetworks.Changes {
    private final System.Logger log;
    private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();

    /** @param log does not wait */
    EngineNews(System.Logger log) {
        this.log = log;
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
        log.log(System.Logger.Level.DEBUG, () -> "node " + Address.format(node) + ": " + event);
        listeners.forEach(listener -> listener.onNodeEvent(event));
    }

    @Override
    public void onNetwork(NetworkView network) {
        listeners.forEach(listener -> listener.onNetwork(network));
    }

    @Override
    public void onWarning(String text) {
        log.log(System.Logger.Level.WARNING, text);
    }

    @Override
    public void onLeft(long networkId) {
        listeners.forEach(listener -> listener.onLeft(networkId));
    }

    @Override
    public void onDiverted(DivertedFrame frame) {
        listeners.forEach(listener -> listener.onDiverted(frame));
    }
}
