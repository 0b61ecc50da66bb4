package io.ztnio.provider.config;

/**
 * Whose threads wait for a node's datagrams and open them. Immutable.
 *
 * @param led whether a thread that waits for one of the node's channels may wait for datagrams in place of the node's; not if
 *     there are readers
 * @param readers threads that receive and open, 0 to 16; 0 for the one that runs the node
 */
public record ReceiveSettings(boolean led, int readers) {
    /** Neither. */
    public static final ReceiveSettings NONE = new ReceiveSettings(false, 0);
}
