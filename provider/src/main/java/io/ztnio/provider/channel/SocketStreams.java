package io.ztnio.provider.channel;

import io.ztnio.provider.dual.SocketFailures;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.util.Objects;

/** The streams of {@link ZeroTierSocket}. */
final class SocketStreams {
    private SocketStreams() {}

    /** Reads from the virtual stack. Thread: as the channel. */
    static final class VirtualInput extends InputStream {
        private final ZeroTierSocket socket;

        VirtualInput(ZeroTierSocket socket) {
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            ZeroTierSocketChannel channel = socket.channel();
            if (!channel.isBlocking()) {
                throw new IllegalBlockingModeException();
            }
            try {
                return channel.checkedRead(ByteBuffer.wrap(bytes, offset, length), true, socket.timeoutNanos());
            } catch (IOException | RuntimeException e) {
                throw SocketFailures.translate(e);
            }
        }

        @Override
        public int available() throws IOException {
            StreamConnection stream = socket.channel().connection();
            if (stream.isInputShut()) {
                return 0;
            }
            if (!socket.channel().isOpen()) {
                throw new ClosedChannelException();
            }
            return Math.max(0, stream.endpoint().available());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Writes to the virtual stack, always everything. Thread: as the channel. */
    static final class VirtualOutput extends OutputStream {
        private final ZeroTierSocket socket;

        VirtualOutput(ZeroTierSocket socket) {
            this.socket = socket;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            ZeroTierSocketChannel channel = socket.channel();
            if (!channel.isBlocking()) {
                throw new IllegalBlockingModeException();
            }
            ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
            try {
                while (source.hasRemaining()) {
                    channel.connection().write(source, true);
                }
            } catch (AsynchronousCloseException e) {
                throw e;
            } catch (ClosedChannelException e) {
                // Closed between two parts of what is one write here.
                throw source.position() > offset ? new AsynchronousCloseException() : e;
            } catch (IOException | RuntimeException e) {
                throw SocketFailures.translate(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** One of the JDK's streams, whose close must close our socket. */
    static final class HostInput extends FilterInputStream {
        private final ZeroTierSocket socket;

        HostInput(ZeroTierSocket socket, InputStream host) {
            super(host);
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } finally {
                socket.follow();
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return in.read(bytes, offset, length);
            } finally {
                socket.follow();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** One of the JDK's streams, whose close must close our socket. */
    static final class HostOutput extends FilterOutputStream {
        private final ZeroTierSocket socket;

        HostOutput(ZeroTierSocket socket, OutputStream host) {
            super(host);
            this.socket = socket;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } finally {
                socket.follow();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
