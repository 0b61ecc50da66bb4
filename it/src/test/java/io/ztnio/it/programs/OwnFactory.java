package io.ztnio.it.programs;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketImpl;

/** A program that has a factory of sockets of its own, which is asked, and which sockets for a proxy pass by. */
public final class OwnFactory {
    private OwnFactory() {}

    @SuppressWarnings("deprecation") // is what is tested
    public static void main(String[] args) throws IOException {
        Socket.setSocketImplFactory(Refusing::new);
        InetAddress own = InetAddress.getByName(args[0]);
        try (ServerSocket listener = new ServerSocket(0, 50, own);
                Socket direct = new Socket();
                Socket proxied =
                        new Socket(new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(own, listener.getLocalPort())))) {
            try {
                direct.connect(listener.getLocalSocketAddress());
            } catch (IOException e) {
                System.out.println("direct: " + e.getMessage());
            }
            Thread caller = new Thread(() -> {
                try {
                    proxied.connect(new InetSocketAddress(own, 80));
                } catch (IOException e) {
                    System.out.println("proxied: " + e.getMessage());
                }
            });
            caller.start();
            // The first byte of a SOCKS client; then it is left alone.
            try (Socket accepted = listener.accept()) {
                System.out.println("version " + accepted.getInputStream().read());
            }
            caller.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connects to nobody. */
    private static final class Refusing extends SocketImpl {
        private static IOException refusal() {
            return new IOException("the program's own");
        }

        @Override
        protected void create(boolean stream) {
            fd = new FileDescriptor();
        }

        @Override
        protected void connect(String host, int port) throws IOException {
            throw refusal();
        }

        @Override
        protected void connect(InetAddress address, int port) throws IOException {
            throw refusal();
        }

        @Override
        protected void connect(SocketAddress address, int timeout) throws IOException {
            throw refusal();
        }

        @Override
        protected void bind(InetAddress host, int port) throws IOException {
            throw refusal();
        }

        @Override
        protected void listen(int backlog) throws IOException {
            throw refusal();
        }

        @Override
        protected void accept(SocketImpl accepted) throws IOException {
            throw refusal();
        }

        @Override
        protected InputStream getInputStream() throws IOException {
            throw refusal();
        }

        @Override
        protected OutputStream getOutputStream() throws IOException {
            throw refusal();
        }

        @Override
        protected int available() {
            return 0;
        }

        @Override
        protected void close() {
            // Nothing is open.
        }

        @Override
        protected void sendUrgentData(int data) throws IOException {
            throw refusal();
        }

        @Override
        public void setOption(int id, Object value) {
            // None matters.
        }

        @Override
        public Object getOption(int id) {
            return null;
        }
    }
}
