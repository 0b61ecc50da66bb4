package io.ztnio.provider.selector;

import java.nio.channels.SelectableChannel;

/**
 * What a selector sees of a channel that may live in either world, in both or, undecided, in none.
 *
 * <p>Thread: thread-safe; nothing here blocks.
 */
public interface Facade {
    /** The keys of this channel. */
    FacadeKeys keys();

    /** The operating system's channel to watch, or {@code null} while there is none. */
    SelectableChannel osChannel();

    /** The operations to watch for on {@link #osChannel} when the application is interested in {@code interest}. */
    default int osOps(int interest) {
        return interest;
    }

    /** The operations that the virtual world is ready for now; 0 when the channel is not in it. */
    int readyOps();
}
