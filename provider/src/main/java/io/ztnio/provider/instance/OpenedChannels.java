package io.ztnio.provider.instance;

import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * A provider that knows what it has opened, so that all of it can be closed. Thread: thread-safe.
 */
public final class OpenedChannels extends SelectorProvider {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    private final SelectorProvider provider;

    /** Guarded by itself. What the program has forgotten is not kept. */
    private final Set<Closeable> opened = Collections.newSetFromMap(new WeakHashMap<>());

    /** Guarded by {@link #opened}. */
    private boolean closed;

    /** Nothing is open. */
    public OpenedChannels(SelectorProvider provider) {
        this.provider = provider;
    }

    private <C extends Closeable> C note(C channel) throws IOException {
        boolean late;
        synchronized (opened) {
            late = closed;
            if (!late) {
                opened.add(channel);
            }
        }
        if (late) {
            channel.close();
            throw new IOException("the ZeroTier instance is closed");
        }
        return channel;
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return note(provider.openDatagramChannel());
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        return note(provider.openDatagramChannel(family));
    }

    @Override
    public Pipe openPipe() throws IOException {
        Pipe pipe = provider.openPipe();
        try {
            note(pipe.source());
        } finally {
            note(pipe.sink());
        }
        return pipe;
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        return note(provider.openSelector());
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return note(provider.openServerSocketChannel());
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        return note(provider.openServerSocketChannel(family));
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return note(provider.openSocketChannel());
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        return note(provider.openSocketChannel(family));
    }

    /** Closes all that is open; nothing can be opened any more. */
    public void close() {
        List<Closeable> all;
        synchronized (opened) {
            closed = true;
            all = new ArrayList<>(opened);
            opened.clear();
        }
        for (Closeable channel : all) {
            try {
                channel.close();
            } catch (IOException | RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "closing a channel of a ZeroTier instance", e);
            }
        }
    }
}
