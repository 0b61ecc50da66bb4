package io.ztnio.tcpip.endpoint;

/** Told when an endpoint becomes ready for something. */
@FunctionalInterface
public interface ReadinessListener {
    /**
     * At least one bit of {@link Endpoint#readiness()} went from 0 to 1. Called at most once per endpoint and turn,
     * after the bits are visible to every thread.
     *
     * <p>Thread: called inside the gate; must not block, throw or call back into the stack.
     *
     * @param newlySet the bits that were set
     */
    void onReady(int newlySet);
}
