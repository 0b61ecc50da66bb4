package io.ztnio.provider.service;

import io.ztnio.provider.config.NetworkSettings;

/**
 * A node that is looked at and controlled while it runs.
 *
 * <p>Thread: thread-safe; not to be called inside the node's gate. Each method throws {@code IllegalStateException} if the
 * node has ended.
 */
public interface ServedNode {
    /** The node as it is now. */
    NodeReport report();

    /** Joins a network for good: the store keeps the membership. Joining again does nothing more. */
    void join(long networkId);

    /**
     * Leaves a network for good; its connections end, and its configuration and settings are deleted.
     *
     * @return false if it was not joined
     */
    boolean leave(long networkId);

    /** Changes what a network that is joined may do, at once and for good. */
    void configure(long networkId, NetworkSettings settings);

    /** Joins a moon, which one of its roots is asked for. */
    void orbit(long moonId, long seed);

    /** Leaves a moon. */
    void deorbit(long moonId);

    /**
     * Makes an active-backup bond take another link.
     *
     * @return false if there is no such bond with the peer, or no other link
     */
    boolean rotateBond(long peer);

    /** Waits until what was changed before is kept, for a while. */
    void awaitStored();
}
