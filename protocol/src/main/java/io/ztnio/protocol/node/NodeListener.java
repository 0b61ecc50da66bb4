package io.ztnio.protocol.node;

/** Hears what happens to a node. Thread: called on the node's thread; must return soon and not call the node. */
@FunctionalInterface
public interface NodeListener {
    /**
     * Hears one event.
     *
     * @param nowMillis epoch milliseconds
     */
    void onEvent(NodeEvent event, long nowMillis);
}
