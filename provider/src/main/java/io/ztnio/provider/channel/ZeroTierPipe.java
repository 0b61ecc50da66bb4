package io.ztnio.provider.channel;

import io.ztnio.provider.selector.Facade;
import io.ztnio.provider.selector.FacadeKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.spi.SelectorProvider;

/** Facades over one of the JDK's pipes, so that its ends can be registered with our selectors. Thread: thread-safe. */
public final class ZeroTierPipe extends Pipe {
    private final Source source;
    private final Sink sink;

    public ZeroTierPipe(SelectorProvider provider, Pipe os) {
        this.source = new Source(provider, os.source());
        this.sink = new Sink(provider, os.sink());
    }

    @Override
    public SourceChannel source() {
        return source;
    }

    @Override
    public SinkChannel sink() {
        return sink;
    }

    private static void configure(SelectableChannel os, FacadeKeys keys, boolean block) throws IOException {
        if (block) {
            keys.cancelInvalid();
        }
        os.configureBlocking(block);
    }

    private static final class Source extends SourceChannel implements Facade {
        private final SourceChannel os;
        private final FacadeKeys keys = new FacadeKeys(this);

        Source(SelectorProvider provider, SourceChannel os) {
            super(provider);
            this.os = os;
        }

        @Override
        public int read(ByteBuffer destination) throws IOException {
            try {
                return os.read(destination);
            } finally {
                follow();
            }
        }

        @Override
        public long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
            try {
                return os.read(destinations, offset, length);
            } finally {
                follow();
            }
        }

        @Override
        public long read(ByteBuffer[] destinations) throws IOException {
            return read(destinations, 0, destinations.length);
        }

        @Override
        public FacadeKeys keys() {
            return keys;
        }

        @Override
        public SelectableChannel hostChannel() {
            return os;
        }

        @Override
        public int readyOps() {
            return 0;
        }

        @Override
        protected void implConfigureBlocking(boolean block) throws IOException {
            configure(os, keys, block);
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            os.close();
        }

        private void follow() throws IOException {
            if (!os.isOpen()) {
                close();
            }
        }
    }

    private static final class Sink extends SinkChannel implements Facade {
        private final SinkChannel os;
        private final FacadeKeys keys = new FacadeKeys(this);

        Sink(SelectorProvider provider, SinkChannel os) {
            super(provider);
            this.os = os;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            try {
                return os.write(source);
            } finally {
                follow();
            }
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            try {
                return os.write(sources, offset, length);
            } finally {
                follow();
            }
        }

        @Override
        public long write(ByteBuffer[] sources) throws IOException {
            return write(sources, 0, sources.length);
        }

        @Override
        public FacadeKeys keys() {
            return keys;
        }

        @Override
        public SelectableChannel hostChannel() {
            return os;
        }

        @Override
        public int readyOps() {
            return 0;
        }

        @Override
        protected void implConfigureBlocking(boolean block) throws IOException {
            configure(os, keys, block);
        }

        @Override
        protected void implCloseSelectableChannel() throws IOException {
            os.close();
        }

        private void follow() throws IOException {
            if (!os.isOpen()) {
                close();
            }
        }
    }
}
