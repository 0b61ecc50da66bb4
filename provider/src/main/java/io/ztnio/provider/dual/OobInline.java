package io.ztnio.provider.dual;

import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import java.net.SocketOption;

/**
 * {@code SO_OOBINLINE} by its two names: the JDK's, an object that only its channels show, and the virtual stack's.
 *
 * <p>Thread: immutable.
 */
public final class OobInline {
    private OobInline() {}

    /** The JDK's. */
    public static SocketOption<Boolean> option() {
        return OfTheJdk.OPTION;
    }

    /** The name of an option in the virtual stack. */
    @SuppressWarnings("unchecked") // of the same type, by the check
    static <T> SocketOption<T> inVirtualStack(SocketOption<T> name) {
        return isOption(name) ? (SocketOption<T>) StreamSocketOptions.SO_OOBINLINE : name;
    }

    /** Whether an option is this one by the name that the JDK has for it. */
    public static boolean isOption(SocketOption<?> name) {
        return name.name().equals(StreamSocketOptions.SO_OOBINLINE.name()) && name.type() == Boolean.class;
    }

    private static final class OfTheJdk {
        @SuppressWarnings("unchecked") // by the check of the type
        static final SocketOption<Boolean> OPTION =
                (SocketOption<Boolean>) HostChannels.streams(null).supportedOptions().stream()
                        .filter(OobInline::isOption)
                        .findAny()
                        .orElseThrow(() -> new UnsupportedOperationException("the JDK has no SO_OOBINLINE"));

        private OfTheJdk() {}
    }
}
