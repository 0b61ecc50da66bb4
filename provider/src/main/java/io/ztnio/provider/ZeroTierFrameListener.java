package io.ztnio.provider;

/**
 * Told of frames that a network's rules divert to an instance.
 *
 * <p>Thread: called inside the node, which does nothing else meanwhile: it must return soon, not wait for anything, and not use
 * the instance. What takes longer belongs on a thread of its own behind a queue that is bounded.
 */
@FunctionalInterface
public interface ZeroTierFrameListener {
    /** A frame came. What is thrown is logged. */
    void onFrame(ZeroTierFrame frame);
}
