package io.ztnio.provider.selector;

import io.ztnio.tcpip.Waiting;
import java.nio.channels.SelectableChannel;

/**
 * What a selector sees of a channel that may live in either stack, in both or, undecided, in none.
 *
 * <p>Thread: thread-safe; nothing here blocks.
 */
public interface Facade {
    /** The keys of this channel. */
    FacadeKeys keys();

    /** The host stack's channel to watch, or {@code null} while there is none. */
    SelectableChannel hostChannel();

    /** The operations to watch for on {@link #hostChannel} when the application is interested in {@code interest}. */
    default int hostOps(int interest) {
        return interest;
    }

    /** How a thread waits for the virtual stack. */
    default Waiting waiting() {
        return Waiting.PARKED;
    }

    /** The operations that the virtual stack is ready for now; 0 when the channel is not in it. */
    int readyOps();
}
