package io.ztnio.provider.dual;

import io.ztnio.tcpip.endpoint.Endpoint;
import java.io.IOException;
import java.net.SocketOption;
import java.util.Objects;

/**
 * The options of a {@link DualSocket} that is not the host stack's alone: recorded for what comes later, set in each half
 * that is there.
 *
 * <p>Thread: the lock of the {@code DualSocket}.
 */
final class DualOptions<H, V extends Endpoint> {
    private final HostSockets<H> hosts;
    private final Undecided<H, V> undecided;

    DualOptions(HostSockets<H> hosts, Undecided<H, V> undecided) {
        this.hosts = hosts;
        this.undecided = undecided;
    }

    /**
     * Sets an option in both halves.
     *
     * @param half the host stack's half, or what may become it; its checks count
     * @param endpoint the virtual half, or {@code null}
     */
    <T> void set(H half, V endpoint, SocketOption<T> name, T value) throws IOException {
        hosts.option(half, name, value);
        undecided.record(name, value);
        SocketOption<T> virtual = OobInline.inVirtualStack(name);
        if (endpoint != null && endpoint.supportedOptions().contains(virtual)) {
            endpoint.option(virtual, value);
        }
    }

    /** Sets an option of a socket that is the virtual stack's alone. */
    <T> void setVirtual(V endpoint, SocketOption<T> name, T value) throws IOException {
        checkSupported(name);
        if (isOfHostOnly(endpoint, name)) {
            undecided.record(name, RecordedOptions.checked(name, value));
        } else {
            RecordedOptions.checkAndSet(endpoint, OobInline.inVirtualStack(name), value);
        }
    }

    /** An option of a socket that is the virtual stack's alone. */
    <T> T getVirtual(V endpoint, SocketOption<T> name) {
        checkSupported(name);
        return isOfHostOnly(endpoint, name)
                ? undecided.recorded(name, hosts.defaultOption(name))
                : RecordedOptions.checkAndGet(endpoint, OobInline.inVirtualStack(name));
    }

    /** The JDK's set in either stack: what only the virtual stack knows would come and go with the decision. */
    private void checkSupported(SocketOption<?> name) {
        if (!hosts.supportedOptions().contains(Objects.requireNonNull(name))) {
            throw new UnsupportedOperationException("'" + name + "' not supported");
        }
    }

    /** Whether an option says nothing to the virtual stack: what is set is told again, as by a system that ignores it. */
    private boolean isOfHostOnly(V endpoint, SocketOption<?> name) {
        return !endpoint.supportedOptions().contains(OobInline.inVirtualStack(name));
    }
}
