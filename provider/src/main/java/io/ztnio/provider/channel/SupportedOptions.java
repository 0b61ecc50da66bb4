package io.ztnio.provider.channel;

import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.Set;

/**
 * The options of the JDK's channels, for channels whose world is still open. Asked of a channel that is opened for it
 * once.
 *
 * <p>Thread: immutable.
 */
final class SupportedOptions {
    private SupportedOptions() {}

    static Set<SocketOption<?>> ofSocketChannel() {
        return OfSocketChannel.OPTIONS;
    }

    static Set<SocketOption<?>> ofServerSocketChannel() {
        return OfServerSocketChannel.OPTIONS;
    }

    static Set<SocketOption<?>> ofDatagramChannel() {
        return OfDatagramChannel.OPTIONS;
    }

    private static Set<SocketOption<?>> probe(Opening opening) {
        try (NetworkChannel channel = opening.open()) {
            return channel.supportedOptions();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Opening {
        NetworkChannel open() throws IOException;
    }

    private static final class OfSocketChannel {
        static final Set<SocketOption<?>> OPTIONS = probe(() -> OsProvider.get().openSocketChannel());

        private OfSocketChannel() {}
    }

    private static final class OfServerSocketChannel {
        static final Set<SocketOption<?>> OPTIONS = probe(() -> OsProvider.get().openServerSocketChannel());

        private OfServerSocketChannel() {}
    }

    private static final class OfDatagramChannel {
        static final Set<SocketOption<?>> OPTIONS = probe(() -> OsProvider.get().openDatagramChannel());

        private OfDatagramChannel() {}
    }
}
