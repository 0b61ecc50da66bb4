package io.ztnio.provider.soak;

import io.ztnio.provider.usage.ListenerSocket;
import io.ztnio.provider.usage.NonBlockingStream;
import io.ztnio.provider.usage.StreamSocket;
import io.ztnio.provider.usage.Usage;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.Semaphore;

/**
 * One selector for all channels of a node, with a thread that selects: who waits for a channel says so by its key's interest,
 * and is told.
 */
final class SharedSelector implements Closeable {
    private final SelectorProvider provider;
    private final Selector selector;
    private final Thread thread;

    SharedSelector(SelectorProvider provider) throws IOException {
        this.provider = provider;
        this.selector = provider.openSelector();
        this.thread = new Thread(this::select, "soak-selector");
        thread.setDaemon(true);
        thread.start();
    }

    private void select() {
        try {
            while (selector.isOpen()) {
                selector.select(SharedSelector::tell);
            }
        } catch (ClosedSelectorException e) {
            // That is the end.
            return;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void tell(SelectionKey key) {
        try {
            int ready = key.readyOps();
            key.interestOpsAnd(~ready);
            ((Waiter) key.attachment()).tell(ready);
        } catch (CancelledKeyException e) {
            // Who closes the channel tells its waiters itself.
            return;
        }
    }

    /** Keys; those of channels that were closed go at the next look. */
    int keys() {
        selector.wakeup();
        return selector.keys().size();
    }

    StreamSocket connect(InetSocketAddress remote) throws IOException {
        SocketChannel channel = provider.openSocketChannel();
        try {
            channel.configureBlocking(false);
            Waiter waiter = new Waiter(channel);
            if (!channel.connect(remote)) {
                while (!channel.finishConnect()) {
                    waiter.await(SelectionKey.OP_CONNECT);
                }
            }
            return new Stream(channel, waiter);
        } catch (IOException | RuntimeException e) {
            try (channel) {
                throw e;
            }
        }
    }

    ListenerSocket listen(InetSocketAddress local) throws IOException {
        ServerSocketChannel channel = provider.openServerSocketChannel();
        channel.bind(local, Usage.Sockets.BACKLOG);
        channel.configureBlocking(false);
        return new Listener(channel, new Waiter(channel));
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    /** A key, and who waits for it: at most one for each operation. */
    private final class Waiter {
        private final SelectionKey key;
        private final Semaphore reads = new Semaphore(0);
        private final Semaphore others = new Semaphore(0);

        Waiter(SelectableChannel channel) throws IOException {
            key = channel.register(selector, 0, this);
        }

        void tell(int ready) {
            if ((ready & SelectionKey.OP_READ) != 0) {
                reads.release();
            }
            if ((ready & ~SelectionKey.OP_READ) != 0) {
                others.release();
            }
        }

        void await(int operation) throws IOException {
            try {
                key.interestOpsOr(operation);
            } catch (CancelledKeyException e) {
                throw new IOException("closed", e);
            }
            selector.wakeup();
            (operation == SelectionKey.OP_READ ? reads : others).acquireUninterruptibly();
        }

        /** After the channel's close. */
        void closed() {
            tell(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            selector.wakeup();
        }
    }

    private static final class Stream extends NonBlockingStream {
        private final Waiter waiter;

        Stream(SocketChannel channel, Waiter waiter) {
            super(channel);
            this.waiter = waiter;
        }

        @Override
        protected void await(int operation) throws IOException {
            waiter.await(operation);
        }

        @Override
        public void close() throws IOException {
            channel.close();
            waiter.closed();
        }
    }

    private final class Listener implements ListenerSocket {
        private final ServerSocketChannel channel;
        private final Waiter waiter;

        Listener(ServerSocketChannel channel, Waiter waiter) {
            this.channel = channel;
            this.waiter = waiter;
        }

        @Override
        public StreamSocket accept() throws IOException {
            SocketChannel accepted = channel.accept();
            while (accepted == null) {
                waiter.await(SelectionKey.OP_ACCEPT);
                accepted = channel.accept();
            }
            accepted.configureBlocking(false);
            return new Stream(accepted, new Waiter(accepted));
        }

        @Override
        public InetSocketAddress address() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        @Override
        public void close() throws IOException {
            channel.close();
            waiter.closed();
        }
    }
}
