package io.ztnio.provider;

/**
 * Told what happens to an instance.
 *
 * <p>Thread: called on a thread of the instance's own, one event after the other; it may use the instance, and whatever it
 * does delays further events only.
 */
@FunctionalInterface
public interface ZeroTierListener {
    /** Something happened. What is thrown is logged. */
    void onEvent(ZeroTierEvent event);
}
