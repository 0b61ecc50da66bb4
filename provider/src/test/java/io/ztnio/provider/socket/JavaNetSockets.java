package io.ztnio.provider.socket;

import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.net.MulticastSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketImpl;

/** {@code java.net}'s sockets over ours, without the agent, in as many virtual stacks as a test wants. */
public final class JavaNetSockets {
    static {
        OpenedJavaNet.ensure();
    }

    private final VirtualNetworks networks;

    public JavaNetSockets(VirtualNetworks networks) {
        this.networks = networks;
    }

    public Socket client() throws SocketException {
        return new OfImpl(new ZeroTierSocketImpl(new SocketStacks(networks)));
    }

    public ServerSocket listener() {
        return new Listener(networks);
    }

    /** Unbound, and as the JDK makes it: it may broadcast. */
    public MulticastSocket datagrams() throws IOException {
        MulticastSocket socket = PlatformSockets.datagrams(
                networks, (MulticastSocket) JavaNet.openDatagrams().socket());
        socket.setBroadcast(true);
        return socket;
    }

    /** One of the JDK's own, unbound, made the same way. */
    public static MulticastSocket datagramsOfTheJdk() throws IOException {
        MulticastSocket socket = (MulticastSocket) JavaNet.openDatagrams().socket();
        socket.setBroadcast(true);
        return socket;
    }

    private static final class OfImpl extends Socket {
        OfImpl(SocketImpl impl) throws SocketException {
            super(impl);
        }
    }

    private static final class Listener extends ServerSocket {
        private final VirtualNetworks networks;

        Listener(VirtualNetworks networks) {
            super(new ZeroTierListenerImpl(new SocketStacks(networks)));
            this.networks = networks;
        }

        @Override
        public Socket accept() throws IOException {
            if (isClosed()) {
                throw new SocketException("Socket is closed");
            }
            if (!isBound()) {
                throw new SocketException("Socket is not bound yet");
            }
            Socket accepted = new OfImpl(new ZeroTierSocketImpl(new SocketStacks(networks)));
            implAccept(accepted);
            return accepted;
        }
    }
}
