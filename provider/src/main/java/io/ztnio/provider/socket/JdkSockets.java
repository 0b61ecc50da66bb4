package io.ztnio.provider.socket;

import io.ztnio.provider.dual.HostSockets;
import io.ztnio.provider.dual.OobInline;
import io.ztnio.provider.dual.SocketAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** The JDK's own implementations as the host stack's sockets: always blocking. Thread: immutable. */
@SuppressWarnings("ImmutableEnumChecker") // what is asked for late is always the same
enum JdkSockets implements HostSockets<JdkSocket> {
    CLIENTS(false),
    LISTENERS(true);

    private final boolean server;

    /** The options of a new socket with their values; asked for when they are needed. */
    private final AtomicReference<Map<SocketOption<?>, Optional<Object>>> defaults = new AtomicReference<>();

    private final AtomicReference<Set<SocketOption<?>>> byName = new AtomicReference<>();

    JdkSockets(boolean server) {
        this.server = server;
    }

    @Override
    public JdkSocket open() throws IOException {
        return JdkSocket.open(server);
    }

    @Override
    public InetAddress wildcard() {
        return SocketAddresses.boundWildcard(null);
    }

    @Override
    public InetSocketAddress localAddress(JdkSocket socket) throws IOException {
        return socket.localAddress();
    }

    @Override
    public <T> void option(JdkSocket socket, SocketOption<T> name, T value) throws IOException {
        socket.option(name, value);
    }

    @Override
    public <T> T option(JdkSocket socket, SocketOption<T> name) throws IOException {
        return socket.option(name);
    }

    /** With the one that {@code Socket} has by its number only. */
    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return defaults().keySet();
    }

    /** What the JDK's sockets say that they support. */
    Set<SocketOption<?>> optionsByName() {
        return byName.updateAndGet(known -> known != null
                ? known
                : supportedOptions().stream()
                        .filter(option -> !OobInline.isOption(option))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public <T> T defaultOption(SocketOption<T> name) {
        return name.type().cast(defaults().get(name).orElse(null));
    }

    @Override
    public void configureBlocking(JdkSocket socket, boolean block) {
        // What waits for one of these and the virtual stack has it accept on a thread of its own.
    }

    @Override
    public void close(JdkSocket socket) throws IOException {
        socket.close();
    }

    private Map<SocketOption<?>, Optional<Object>> defaults() {
        Map<SocketOption<?>, Optional<Object>> known = defaults.get();
        if (known == null) {
            known = probe();
            defaults.set(known);
        }
        return known;
    }

    private Map<SocketOption<?>, Optional<Object>> probe() {
        try {
            JdkSocket socket = open();
            try {
                Map<SocketOption<?>, Optional<Object>> values = new HashMap<>();
                for (SocketOption<?> option : socket.supportedOptions()) {
                    values.put(option, Optional.ofNullable(socket.option(option)));
                }
                if (!server) {
                    values.put(OobInline.option(), Optional.of(false));
                }
                return Map.copyOf(values);
            } finally {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
