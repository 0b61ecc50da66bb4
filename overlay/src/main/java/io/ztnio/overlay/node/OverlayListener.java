package io.ztnio.overlay.node;

/** Told what happens to a node. Thread: called inside the gate, or while the node starts or stops; must return soon,
 * not block, and not start or stop the node. */
public interface OverlayListener {
    /** Something happened. */
    default void onEvent(OverlayEvent event) {}

    /**
     * A raw frame came.
     *
     * @param sourceId the member that sent it, which the session has made sure of
     * @param broadcast whether it was sent to all
     * @param buffer holds the frame at {@code offset}, {@code length} bytes, until this method returns
     */
    default void onFrame(long networkId, long sourceId, boolean broadcast, byte[] buffer, int offset, int length) {}
}
