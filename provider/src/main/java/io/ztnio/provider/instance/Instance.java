package io.ztnio.provider.instance;

import io.ztnio.provider.ZeroTierFrameListener;
import io.ztnio.provider.ZeroTierPeer;
import io.ztnio.provider.ZeroTierStatus;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.provider.service.ServedNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node of one kind or the other with its networks. Thread: thread-safe. */
public interface Instance extends AutoCloseable {
    /** As the channels see them. */
    VirtualNetworks networks();

    /**
     * Starts the node if it does not run, and waits for that.
     *
     * @return false if the time is over
     * @throws IOException why it cannot start
     */
    boolean awaitStart(long timeout, TimeUnit unit) throws IOException, InterruptedException;

    /** As it is now; starts nothing. */
    ZeroTierStatus status();

    /**
     * To change what the node does. Starts it if it does not run.
     *
     * @throws IOException why it cannot start
     * @throws UnsupportedOperationException if it is a node of a kind that cannot be changed
     */
    ServedNode control() throws IOException;

    /** The other nodes that it knows. */
    List<ZeroTierPeer> peers();

    /**
     * Has something told whenever the status may have changed.
     *
     * @param listener may be called inside a gate: must return soon and not call back
     */
    void onChange(Runnable listener);

    /** Has a listener told of frames that the networks' rules divert to this node; here there are none. */
    default void addFrameListener(ZeroTierFrameListener listener) {}

    /** Takes it back. */
    default void removeFrameListener(ZeroTierFrameListener listener) {}

    /** Ends the node for good, and waits for all that it is made of. An interrupt ends the wait and leaves its status set. */
    @Override
    void close();
}
