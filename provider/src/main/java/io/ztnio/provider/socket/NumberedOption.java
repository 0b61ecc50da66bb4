package io.ztnio.provider.socket;

import io.ztnio.provider.dual.OobInline;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;

/** The options that {@code Socket}'s own setters and getters name by the numbers of {@code SocketOptions}. */
final class NumberedOption {
    private NumberedOption() {}

    /**
     * The object that means the same.
     *
     * @throws SocketException if there is none
     */
    static SocketOption<?> of(int number) throws SocketException {
        return switch (number) {
            case SocketOptions.TCP_NODELAY -> StandardSocketOptions.TCP_NODELAY;
            case SocketOptions.SO_REUSEADDR -> StandardSocketOptions.SO_REUSEADDR;
            case SocketOptions.SO_REUSEPORT -> StandardSocketOptions.SO_REUSEPORT;
            case SocketOptions.IP_TOS -> StandardSocketOptions.IP_TOS;
            case SocketOptions.SO_LINGER -> StandardSocketOptions.SO_LINGER;
            case SocketOptions.SO_SNDBUF -> StandardSocketOptions.SO_SNDBUF;
            case SocketOptions.SO_RCVBUF -> StandardSocketOptions.SO_RCVBUF;
            case SocketOptions.SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case SocketOptions.SO_OOBINLINE -> OobInline.option();
            default -> throw new SocketException("Unknown option " + number);
        };
    }

    /** The value by the object for one by the number: no lingering is {@code false} there. */
    static Object toObject(SocketOption<?> option, Object value) throws SocketException {
        Object translated = option == StandardSocketOptions.SO_LINGER && Boolean.FALSE.equals(value) ? -1 : value;
        if (!option.type().isInstance(translated)) {
            throw new SocketException("Bad value for " + option.name());
        }
        boolean isSize = option == StandardSocketOptions.SO_SNDBUF || option == StandardSocketOptions.SO_RCVBUF;
        if (isSize && (int) translated <= 0) {
            throw new SocketException(option.name() + " <= 0");
        }
        return translated;
    }

    /** The reverse of {@link #toObject}. */
    static Object toNumbered(SocketOption<?> option, Object value) {
        return option == StandardSocketOptions.SO_LINGER && value.equals(-1) ? false : value;
    }
}
