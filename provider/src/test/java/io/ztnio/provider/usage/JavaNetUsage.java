package io.ztnio.provider.usage;

import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.provider.socket.JavaNetSockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;

/** Sockets of {@code java.net}. */
final class JavaNetUsage implements Usage.Sockets {
    private final JavaNetSockets sockets;

    JavaNetUsage(VirtualNetworks networks) {
        this.sockets = new JavaNetSockets(networks);
    }

    @Override
    public StreamSocket connect(InetSocketAddress remote) throws IOException {
        Socket socket = sockets.client();
        Closing.onFailure(socket, () -> socket.connect(remote));
        return new Stream(socket);
    }

    @Override
    public ListenerSocket listen(InetSocketAddress local) throws IOException {
        ServerSocket socket = sockets.listener();
        Closing.onFailure(socket, () -> socket.bind(local, BACKLOG));
        return new Listener(socket);
    }

    @Override
    public MessageSocket datagrams(InetSocketAddress local) throws IOException {
        DatagramSocket socket = sockets.datagrams();
        Closing.onFailure(socket, () -> socket.bind(local));
        return new Messages(socket);
    }

    private record Stream(Socket socket) implements StreamSocket {
        @Override
        public int read(ByteBuffer destination) throws IOException {
            int count = socket.getInputStream()
                    .read(
                            destination.array(),
                            destination.arrayOffset() + destination.position(),
                            destination.remaining());
            destination.position(destination.position() + Math.max(count, 0));
            return count;
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            socket.getOutputStream()
                    .write(source.array(), source.arrayOffset() + source.position(), source.remaining());
            source.position(source.limit());
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record Listener(ServerSocket socket) implements ListenerSocket {
        @Override
        public StreamSocket accept() throws IOException {
            return new Stream(socket.accept());
        }

        @Override
        public InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private record Messages(DatagramSocket socket) implements MessageSocket {
        @Override
        public void send(byte[] message, InetSocketAddress target) throws IOException {
            socket.send(new DatagramPacket(message, message.length, target));
        }

        @Override
        public int receive() throws IOException {
            DatagramPacket received = new DatagramPacket(new byte[2048], 2048);
            socket.receive(received);
            return received.getLength();
        }

        @Override
        public InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
