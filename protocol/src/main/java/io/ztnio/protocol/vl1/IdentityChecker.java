package io.ztnio.protocol.vl1;

/**
 * Runs checks of identities, which take up to 30 ms of a processor and 2 MiB each, elsewhere than on the node's thread. The node
 * hands over one, and the next when that has been run: what waits, for whom, and how much work there may be is the node's to
 * decide.
 *
 * <p>Thread: called on the node's thread.
 */
@FunctionalInterface
public interface IdentityChecker {
    /** What {@link #check} returns if the check will be run later. */
    long LATER = -1;

    /** Runs them on the node's thread, and counts no work: for simulations, where nobody attacks but who is meant to. */
    IdentityChecker IN_PLACE = check -> {
        check.run();
        return 0;
    };

    /**
     * Has a check run once, on any thread. It throws nothing for its input.
     *
     * @return how long it took, in microseconds, if it has been run when this returns; otherwise {@link #LATER}, and {@code
     *     Node.onIdentityChecked} is called on the node's thread when it has
     */
    long check(Runnable check);
}
