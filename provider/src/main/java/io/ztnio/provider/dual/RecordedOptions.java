package io.ztnio.provider.dual;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.endpoint.ExtendedOptions;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Options that were set while a socket was undecided, to be set again in the stack that is chosen. They have been set on
 * one of the host stack's sockets before, so they are valid.
 *
 * <p>Thread: the owner's state lock.
 */
final class RecordedOptions {
    /** Options of which the JDK leaves the values to the operating system, that throws something else. */
    private static final Set<SocketOption<?>> CHECKED_BY_THE_SYSTEM =
            Set.of(ExtendedOptions.TCP_KEEPIDLE, ExtendedOptions.TCP_KEEPINTERVAL, ExtendedOptions.TCP_KEEPCOUNT);

    private final Map<SocketOption<?>, Object> values = new LinkedHashMap<>();

    <T> void put(SocketOption<T> name, T value) {
        values.remove(name);
        values.put(name, value);
    }

    /** What was recorded, or {@code otherwise}. */
    <T> T get(SocketOption<T> name, T otherwise) {
        return values.containsKey(name) ? name.type().cast(values.get(name)) : otherwise;
    }

    /** The value, if it is of the option's type, with the text of the JDK's channels. */
    static <T> T checked(SocketOption<T> name, T value) {
        if (!name.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        return value;
    }

    <H> void replay(HostSockets<H> hosts, H socket) throws IOException {
        for (Map.Entry<SocketOption<?>, Object> each : values.entrySet()) {
            set(hosts, socket, each.getKey(), each.getValue());
        }
    }

    /** Options that only the operating system knows are left out. */
    void replay(Endpoint endpoint) {
        for (Map.Entry<SocketOption<?>, Object> each : values.entrySet()) {
            SocketOption<?> name = OobInline.inVirtualStack(each.getKey());
            if (endpoint.supportedOptions().contains(name)) {
                set(endpoint, name, each.getValue());
            }
        }
    }

    /** Sets an option of an endpoint with the checks, and their texts, of the JDK's channels. */
    static <T> void checkAndSet(Endpoint endpoint, SocketOption<T> name, T value) throws SocketException {
        checkSupported(endpoint, name);
        checked(name, value);
        try {
            endpoint.option(name, value);
        } catch (IllegalArgumentException e) {
            if (CHECKED_BY_THE_SYSTEM.contains(name)) {
                throw (SocketException) new SocketException("Invalid argument").initCause(e);
            }
            if (name == StandardSocketOptions.SO_SNDBUF || name == StandardSocketOptions.SO_RCVBUF) {
                throw new IllegalArgumentException("Invalid send/receive buffer size", e);
            }
            throw e;
        }
    }

    static <T> T checkAndGet(Endpoint endpoint, SocketOption<T> name) {
        checkSupported(endpoint, name);
        return endpoint.option(name);
    }

    private static void checkSupported(Endpoint endpoint, SocketOption<?> name) {
        Objects.requireNonNull(name);
        if (!endpoint.supportedOptions().contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    private static <H, T> void set(HostSockets<H> hosts, H socket, SocketOption<T> name, Object value)
            throws IOException {
        hosts.option(socket, name, name.type().cast(value));
    }

    private static <T> void set(Endpoint endpoint, SocketOption<T> name, Object value) {
        endpoint.option(name, name.type().cast(value));
    }
}
