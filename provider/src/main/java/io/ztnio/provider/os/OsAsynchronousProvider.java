package io.ztnio.provider.os;

import java.io.IOException;
import java.nio.channels.spi.AsynchronousChannelProvider;

/**
 * The provider of asynchronous channels that the JDK would use if ours were not installed.
 *
 * <p>Thread: thread-safe.
 */
public final class OsAsynchronousProvider {
    private OsAsynchronousProvider() {}

    /**
     * The provider, always the same.
     *
     * @throws IOException if it cannot be reached, with what to do
     */
    public static AsynchronousChannelProvider get() throws IOException {
        if (Holder.PROVIDER == null) {
            throw new IOException("The JDK's own asynchronous channels cannot be reached; add " + JdkProviders.FLAG
                    + "; " + Holder.REASON);
        }
        return Holder.PROVIDER;
    }

    /** Resolved once. */
    private static final class Holder {
        static final AsynchronousChannelProvider PROVIDER;
        static final String REASON;

        static {
            AsynchronousChannelProvider found = null;
            String reason = "";
            try {
                found = JdkProviders.ASYNCHRONOUS.find();
            } catch (ReflectiveOperationException e) {
                reason = e.getMessage();
            }
            PROVIDER = found;
            REASON = reason;
        }

        private Holder() {}
    }
}
