package io.ztnio.provider.socket;

import io.ztnio.provider.dual.OobInline;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.util.Set;

/**
 * One of the JDK's own socket implementations, whose methods are protected. Thread: as that.
 *
 * @param impl the implementation
 */
record JdkSocket(SocketImpl impl) {
    private static final MethodHandle CREATE = JavaNet.method("create", void.class, boolean.class);
    private static final MethodHandle CONNECT = JavaNet.method("connect", void.class, SocketAddress.class, int.class);
    private static final MethodHandle BIND = JavaNet.method("bind", void.class, InetAddress.class, int.class);
    private static final MethodHandle LISTEN = JavaNet.method("listen", void.class, int.class);
    private static final MethodHandle ACCEPT = JavaNet.method("accept", void.class, SocketImpl.class);
    private static final MethodHandle INPUT = JavaNet.method("getInputStream", InputStream.class);
    private static final MethodHandle OUTPUT = JavaNet.method("getOutputStream", OutputStream.class);
    private static final MethodHandle AVAILABLE = JavaNet.method("available", int.class);
    private static final MethodHandle CLOSE = JavaNet.method("close", void.class);
    private static final MethodHandle SHUTDOWN_INPUT = JavaNet.method("shutdownInput", void.class);
    private static final MethodHandle SHUTDOWN_OUTPUT = JavaNet.method("shutdownOutput", void.class);
    private static final MethodHandle SEND_URGENT = JavaNet.method("sendUrgentData", void.class, int.class);
    private static final MethodHandle DESCRIPTOR = JavaNet.method("getFileDescriptor", FileDescriptor.class);
    private static final MethodHandle ADDRESS = JavaNet.method("getInetAddress", InetAddress.class);
    private static final MethodHandle PORT = JavaNet.method("getPort", int.class);
    private static final MethodHandle LOCAL_PORT = JavaNet.method("getLocalPort", int.class);
    private static final MethodHandle SUPPORTED = JavaNet.method("supportedOptions", Set.class);
    private static final MethodHandle GET_OPTION = JavaNet.method("getOption", Object.class, SocketOption.class);
    private static final MethodHandle SET_OPTION =
            JavaNet.method("setOption", void.class, SocketOption.class, Object.class);

    /** One that is created and neither bound nor connected. */
    static JdkSocket open(boolean server) throws IOException {
        return create(JavaNet.newImplementation(server), true);
    }

    /** As {@link #open}, but not a stream: a datagram socket. */
    static JdkSocket openDatagrams() throws IOException {
        return create(JavaNet.newImplementation(false), false);
    }

    private static JdkSocket create(SocketImpl impl, boolean stream) throws IOException {
        try {
            CREATE.invokeExact(impl, stream);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
        return new JdkSocket(impl);
    }

    /** One for {@link #accept}. */
    static JdkSocket forAccept() {
        return new JdkSocket(JavaNet.newImplementation(false));
    }

    /** Connects; closed when it fails. {@code timeoutMillis} is 0 for ever. */
    void connect(SocketAddress remote, int timeoutMillis) throws IOException {
        try {
            CONNECT.invokeExact(impl, remote, timeoutMillis);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    void bind(InetSocketAddress local) throws IOException {
        try {
            BIND.invokeExact(impl, local.getAddress(), local.getPort());
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    void listen(int backlog) throws IOException {
        try {
            LISTEN.invokeExact(impl, backlog);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    /** Waits for a connection, as long as SO_TIMEOUT says, and makes {@code accepted} its end. */
    void accept(SocketImpl accepted) throws IOException {
        try {
            ACCEPT.invokeExact(impl, accepted);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    InputStream input() throws IOException {
        try {
            return (InputStream) INPUT.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    OutputStream output() throws IOException {
        try {
            return (OutputStream) OUTPUT.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    int available() throws IOException {
        try {
            return (int) AVAILABLE.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    void close() throws IOException {
        try {
            CLOSE.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    void shutdownInput() throws IOException {
        try {
            SHUTDOWN_INPUT.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    void shutdownOutput() throws IOException {
        try {
            SHUTDOWN_OUTPUT.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    void sendUrgent(int value) throws IOException {
        try {
            SEND_URGENT.invokeExact(impl, value);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    FileDescriptor descriptor() {
        try {
            return (FileDescriptor) DESCRIPTOR.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.unexpected(e);
        }
    }

    /** The peer, or what was bound. */
    InetAddress address() {
        try {
            return (InetAddress) ADDRESS.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.unexpected(e);
        }
    }

    int port() {
        try {
            return (int) PORT.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.unexpected(e);
        }
    }

    /** The bound port, also after the close; 0 while unbound. */
    int localPort() {
        try {
            return (int) LOCAL_PORT.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.unexpected(e);
        }
    }

    /** The bound address, or {@code null} while unbound. */
    InetSocketAddress localAddress() throws IOException {
        int port = localPort();
        return port == 0 ? null : new InetSocketAddress((InetAddress) impl.getOption(SocketOptions.SO_BINDADDR), port);
    }

    @SuppressWarnings("unchecked") // by the JDK's signature
    Set<SocketOption<?>> supportedOptions() {
        try {
            return (Set<SocketOption<?>>) SUPPORTED.invokeExact(impl);
        } catch (Throwable e) {
            throw JavaNet.unexpected(e);
        }
    }

    /** Sets an option, of those for which there is an object. */
    <T> void option(SocketOption<T> name, T value) throws IOException {
        if (OobInline.isOption(name)) {
            impl.setOption(SocketOptions.SO_OOBINLINE, value);
            return;
        }
        try {
            SET_OPTION.invokeExact(impl, name, (Object) value);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }

    @SuppressWarnings("unchecked") // by the JDK's signature
    <T> T option(SocketOption<T> name) throws IOException {
        if (OobInline.isOption(name)) {
            return name.type().cast(impl.getOption(SocketOptions.SO_OOBINLINE));
        }
        try {
            return (T) (Object) GET_OPTION.invokeExact(impl, name);
        } catch (Throwable e) {
            throw JavaNet.checked(e);
        }
    }
}
