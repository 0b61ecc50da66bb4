package io.ztnio.provider.async;

import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.dual.HostSockets;
import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import java.net.SocketOption;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * The options of an asynchronous channel: those of the JDK's, which are fewer than those of its other channels, and in the
 * virtual stack those that only that has.
 *
 * <p>Thread: thread-safe.
 */
final class OfferedOptions {
    private static final Set<SocketOption<?>> OF_THE_VIRTUAL_STACK = Set.of(
            StreamSocketOptions.TCP_CONGESTION, StreamSocketOptions.TCP_USER_TIMEOUT, StreamSocketOptions.TCP_CORK);

    private final DualSocket<?, ?> dual;
    private final HostSockets<?> hosts;

    OfferedOptions(DualSocket<?, ?> dual, HostSockets<?> hosts) {
        this.dual = dual;
        this.hosts = hosts;
    }

    Set<SocketOption<?>> supported() {
        Set<SocketOption<?>> ofHost = hosts.supportedOptions();
        if (!dual.isVirtualAlone()) {
            return ofHost;
        }
        Set<SocketOption<?>> both = new HashSet<>(OF_THE_VIRTUAL_STACK);
        both.retainAll(dual.supportedOptions());
        both.addAll(ofHost);
        return Set.copyOf(both);
    }

    /**
     * Checks a name, even of a closed channel, as the JDK does.
     *
     * @throws UnsupportedOperationException if there is no such option
     */
    void check(SocketOption<?> name) {
        Objects.requireNonNull(name);
        if (!supported().contains(name)) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }
}
