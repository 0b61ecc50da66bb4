package io.ztnio.provider.runtime;

import io.ztnio.protocol.node.NodeEvent;

/** Told what happens to an engine. Thread: called inside the gate; must return soon and not call the engine. */
public interface EngineListener {
    /** Something happened to the node. */
    default void onNodeEvent(NodeEvent event) {}

    /** A frame between others was diverted to us. */
    default void onDiverted(DivertedFrame frame) {}

    /** A network's status or configuration changed. */
    default void onNetwork(NetworkView network) {}

    /** A network was left. */
    default void onLeft(long networkId) {}
}
