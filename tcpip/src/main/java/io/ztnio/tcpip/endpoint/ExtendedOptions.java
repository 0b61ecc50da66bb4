package io.ztnio.tcpip.endpoint;

import java.net.SocketOption;
import java.util.Set;

/**
 * Options of streams that only the module {@code jdk.net} has names for. The module is optional: where it is missing
 * nobody can name them, none is {@link #SUPPORTED}, and the constants are placeholders that equal nothing else. The
 * JDK's own channels do the same.
 *
 * <p>Thread: immutable.
 */
public final class ExtendedOptions {
    /** Whether acknowledgments are sent at once. */
    public static final SocketOption<Boolean> TCP_QUICKACK;

    /** Seconds of silence before the first keepalive probe. */
    public static final SocketOption<Integer> TCP_KEEPIDLE;

    /** Seconds between keepalive probes. */
    public static final SocketOption<Integer> TCP_KEEPINTERVAL;

    /** Unanswered keepalive probes that end the connection. */
    public static final SocketOption<Integer> TCP_KEEPCOUNT;

    /** Those that a program can name: all or none. */
    public static final Set<SocketOption<?>> SUPPORTED;

    static {
        Names names;
        boolean present;
        try {
            names = JdkNetOptions.names();
            present = true;
        } catch (NoClassDefFoundError e) {
            names = placeholders();
            present = false;
        }
        TCP_QUICKACK = names.quickAck();
        TCP_KEEPIDLE = names.keepIdle();
        TCP_KEEPINTERVAL = names.keepInterval();
        TCP_KEEPCOUNT = names.keepCount();
        SUPPORTED = present ? Set.of(TCP_QUICKACK, TCP_KEEPIDLE, TCP_KEEPINTERVAL, TCP_KEEPCOUNT) : Set.of();
    }

    private ExtendedOptions() {}

    private static Names placeholders() {
        return new Names(
                new Nameless<>(Boolean.class),
                new Nameless<>(Integer.class),
                new Nameless<>(Integer.class),
                new Nameless<>(Integer.class));
    }

    /** The options by their field's names. */
    record Names(
            SocketOption<Boolean> quickAck,
            SocketOption<Integer> keepIdle,
            SocketOption<Integer> keepInterval,
            SocketOption<Integer> keepCount) {}

    /** Equal to itself only. */
    private static final class Nameless<T> implements SocketOption<T> {
        private final Class<T> type;

        Nameless(Class<T> type) {
            this.type = type;
        }

        @Override
        public String name() {
            return "unavailable";
        }

        @Override
        public Class<T> type() {
            return type;
        }
    }
}
