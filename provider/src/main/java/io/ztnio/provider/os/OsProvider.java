package io.ztnio.provider.os;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.Pipe;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/**
 * The provider that the JDK would use if ours were not installed. Everything that must not be virtual (the node's own
 * UDP channel above all) is opened from it.
 *
 * <p>Thread: thread-safe.
 */
public final class OsProvider {
    private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

    private OsProvider() {}

    /** The provider. Never null: if none is found, one that refuses to open anything. */
    public static SelectorProvider get() {
        return Holder.PROVIDER;
    }

    /**
     * Whether this thread is inside the JDK's own provider. On Windows its selectors and pipes open loopback channels
     * through the installed provider, which is ours, and cast them to their own classes.
     */
    public static boolean isInside() {
        return INSIDE.get() != null;
    }

    /** Opens one of the JDK's own selectors. */
    public static AbstractSelector openSelector() throws IOException {
        return guarded(get()::openSelector);
    }

    /** Opens one of the JDK's own pipes. */
    public static Pipe openPipe() throws IOException {
        return guarded(get()::openPipe);
    }

    private static <T> T guarded(Opening<T> opening) throws IOException {
        if (isInside()) {
            return opening.open();
        }
        INSIDE.set(Boolean.TRUE);
        try {
            return opening.open();
        } finally {
            INSIDE.remove();
        }
    }

    @FunctionalInterface
    private interface Opening<T> {
        T open() throws IOException;
    }

    /** Resolved once, outside of our provider's constructor. */
    private static final class Holder {
        static final SelectorProvider PROVIDER = search();

        private Holder() {}

        private static SelectorProvider search() {
            try {
                return JdkProviders.SELECTORS.find();
            } catch (ReflectiveOperationException e) {
                Logger logger = System.getLogger("io.ztnio.provider");
                logger.log(
                        Level.ERROR,
                        "The JDK's own SelectorProvider cannot be reached, so only ZeroTier addresses work; add "
                                + JdkProviders.FLAG + "; " + e.getMessage());
                return new UnavailableProvider();
            }
        }
    }
}
