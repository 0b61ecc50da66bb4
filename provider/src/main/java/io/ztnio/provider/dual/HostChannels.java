package io.ztnio.provider.dual;

import io.ztnio.provider.os.OsAsynchronousProvider;
import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The JDK's own channels as sockets of the host stack.
 *
 * <p>Thread: immutable.
 *
 * @param <C> the channels
 */
public final class HostChannels<C extends NetworkChannel> implements HostSockets<C> {
    private final Opening<C> opening;
    private final Supplier<Map<SocketOption<?>, Optional<Object>>> options;

    private final ProtocolFamily family;

    private HostChannels(
            ProtocolFamily family, Opening<C> opening, Supplier<Map<SocketOption<?>, Optional<Object>>> options) {
        this.family = family;
        this.opening = opening;
        this.options = options;
    }

    /**
     * Channels of {@code family}.
     *
     * @param family the protocol family, or {@code null} for the default
     */
    public static HostChannels<SocketChannel> streams(ProtocolFamily family) {
        SelectorProvider os = OsProvider.get();
        return new HostChannels<>(
                family,
                () -> family == null ? os.openSocketChannel() : os.openSocketChannel(family),
                () -> OfStreams.OPTIONS);
    }

    /** As {@link #streams}. */
    public static HostChannels<ServerSocketChannel> listeners(ProtocolFamily family) {
        SelectorProvider os = OsProvider.get();
        return new HostChannels<>(
                family,
                () -> family == null ? os.openServerSocketChannel() : os.openServerSocketChannel(family),
                () -> OfListeners.OPTIONS);
    }

    /** As {@link #streams}. */
    public static HostChannels<DatagramChannel> datagrams(ProtocolFamily family) {
        SelectorProvider os = OsProvider.get();
        return new HostChannels<>(
                family,
                () -> family == null ? os.openDatagramChannel() : os.openDatagramChannel(family),
                () -> OfDatagrams.OPTIONS);
    }

    /**
     * Asynchronous channels of the JDK's.
     *
     * @param group one of the JDK's groups, or {@code null} for its default
     */
    public static HostChannels<AsynchronousSocketChannel> asynchronousStreams(AsynchronousChannelGroup group) {
        Opening<AsynchronousSocketChannel> opening =
                () -> OsAsynchronousProvider.get().openAsynchronousSocketChannel(group);
        return new HostChannels<>(null, opening, () -> OfAsynchronous.STREAMS.of(opening));
    }

    /** As {@link #asynchronousStreams}. */
    public static HostChannels<AsynchronousServerSocketChannel> asynchronousListeners(AsynchronousChannelGroup group) {
        Opening<AsynchronousServerSocketChannel> opening =
                () -> OsAsynchronousProvider.get().openAsynchronousServerSocketChannel(group);
        return new HostChannels<>(null, opening, () -> OfAsynchronous.LISTENERS.of(opening));
    }

    /** Channels that are opened by {@code opening}, otherwise as {@link #datagrams}. */
    public static HostChannels<DatagramChannel> datagramsBy(Opening<DatagramChannel> opening) {
        return new HostChannels<>(null, opening, () -> OfDatagrams.OPTIONS);
    }

    @Override
    public C open() throws IOException {
        return opening.open();
    }

    @Override
    public InetAddress wildcard() {
        return SocketAddresses.boundWildcard(family);
    }

    @Override
    public InetSocketAddress localAddress(C socket) throws IOException {
        return (InetSocketAddress) socket.getLocalAddress();
    }

    @Override
    public <T> void option(C socket, SocketOption<T> name, T value) throws IOException {
        socket.setOption(name, value);
    }

    @Override
    public <T> T option(C socket, SocketOption<T> name) throws IOException {
        return socket.getOption(name);
    }

    /** Asked of a channel that is opened for it once. */
    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.get().keySet();
    }

    @Override
    public <T> T defaultOption(SocketOption<T> name) {
        return name.type().cast(options.get().get(name).orElse(null));
    }

    @Override
    public void configureBlocking(C socket, boolean block) throws IOException {
        // Asynchronous channels have no mode.
        if (socket instanceof SelectableChannel channel) {
            channel.configureBlocking(block);
        }
    }

    @Override
    public void close(C socket) throws IOException {
        socket.close();
    }

    /** The options of a new channel with their values. */
    private static Map<SocketOption<?>, Optional<Object>> probe(Opening<?> opening) {
        try (NetworkChannel channel = opening.open()) {
            Map<SocketOption<?>, Optional<Object>> defaults = new HashMap<>();
            for (SocketOption<?> option : channel.supportedOptions()) {
                defaults.put(option, Optional.ofNullable(channel.getOption(option)));
            }
            return Map.copyOf(defaults);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a channel. */
    @FunctionalInterface
    public interface Opening<C extends NetworkChannel> {
        C open() throws IOException;
    }

    private static final class OfStreams {
        static final Map<SocketOption<?>, Optional<Object>> OPTIONS = probe(streams(null).opening);

        private OfStreams() {}
    }

    private static final class OfListeners {
        static final Map<SocketOption<?>, Optional<Object>> OPTIONS = probe(listeners(null).opening);

        private OfListeners() {}
    }

    private static final class OfDatagrams {
        static final Map<SocketOption<?>, Optional<Object>> OPTIONS = probe(datagrams(null).opening);

        private OfDatagrams() {}
    }

    /** Kept from the first group that is asked: which one does not matter. */
    private enum OfAsynchronous {
        STREAMS,
        LISTENERS;

        @SuppressWarnings("ImmutableEnumChecker") // written once, with the same whoever does it
        private volatile Map<SocketOption<?>, Optional<Object>> options;

        Map<SocketOption<?>, Optional<Object>> of(Opening<?> opening) {
            Map<SocketOption<?>, Optional<Object>> known = options;
            if (known == null) {
                known = probe(opening);
                options = known;
            }
            return known;
        }
    }
}
