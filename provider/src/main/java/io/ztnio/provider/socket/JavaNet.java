package io.ztnio.provider.socket;

import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.nio.channels.DatagramChannel;

/**
 * What of {@code java.base} is not public and is needed here: the methods of {@code SocketImpl}, the JDK's own
 * implementation of it, and its datagram channels that no interrupt closes. Packages {@code java.net} and {@code
 * sun.nio.ch} have to be open to this module, which is the agent's doing.
 *
 * <p>Thread: immutable.
 */
final class JavaNet {
    private static final Lookup LOOKUP = lookup();
    private static final Class<?> IMPLEMENTATION = type("sun.nio.ch.NioSocketImpl");
    private static final MethodHandle NEW_IMPLEMENTATION = findConstructor();
    private static final MethodHandle OPEN_DATAGRAMS = findOpeningOfDatagrams();
    private static final VarHandle LENGTH = field("length");
    private static final VarHandle BUFFER_LENGTH = field("bufLength");

    private JavaNet() {}

    /** Whether this is the JDK's own implementation, and not an older one that a property of JDK 17 asked for. */
    static boolean isImplementation(SocketImpl candidate) {
        return IMPLEMENTATION.isInstance(candidate);
    }

    /** One of the JDK's own, not created yet. */
    static SocketImpl newImplementation(boolean server) {
        try {
            return (SocketImpl) NEW_IMPLEMENTATION.invokeExact(server);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** One of the JDK's own channels that no interrupt of a platform thread closes. */
    static DatagramChannel openDatagrams() throws IOException {
        try {
            return (DatagramChannel) OPEN_DATAGRAMS.invokeExact();
        } catch (Throwable e) {
            throw checked(e);
        }
    }

    /** What tells a constructor of {@code DatagramSocket} that the subclass does everything itself. */
    static SocketAddress noDelegate() {
        try {
            return (SocketAddress) MethodHandles.privateLookupIn(DatagramSocket.class, MethodHandles.lookup())
                    .findStaticVarHandle(DatagramSocket.class, "NO_DELEGATE", SocketAddress.class)
                    .get();
        } catch (ReflectiveOperationException e) {
            throw unsuitable(e);
        }
    }

    /** How many bytes {@code packet} may be filled with, whatever was received with it before. */
    static int room(DatagramPacket packet) {
        return (int) BUFFER_LENGTH.get(packet);
    }

    /** Sets the length of what was received, and leaves {@link #room}. */
    static void received(DatagramPacket packet, int length) {
        LENGTH.set(packet, length);
    }

    /** A method of {@code SocketImpl}, protected ones included. */
    static MethodHandle method(String name, Class<?> result, Class<?>... parameters) {
        try {
            return LOOKUP.findVirtual(SocketImpl.class, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException e) {
            throw unsuitable(e);
        }
    }

    /** What a method of the JDK's threw, if it may be thrown. */
    static IOException checked(Throwable failure) {
        if (failure instanceof IOException checked) {
            return checked;
        }
        throw unexpected(failure);
    }

    /** What a method of the JDK's threw that declares nothing. */
    static RuntimeException unexpected(Throwable failure) {
        if (failure instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(failure);
    }

    private static Lookup lookup() {
        try {
            return MethodHandles.privateLookupIn(SocketImpl.class, MethodHandles.lookup());
        } catch (IllegalAccessException e) {
            throw unsuitable(e);
        }
    }

    private static VarHandle field(String name) {
        try {
            return MethodHandles.privateLookupIn(DatagramPacket.class, MethodHandles.lookup())
                    .findVarHandle(DatagramPacket.class, name, int.class);
        } catch (ReflectiveOperationException e) {
            throw unsuitable(e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw unsuitable(e);
        }
    }

    private static MethodHandle findConstructor() {
        try {
            return MethodHandles.privateLookupIn(IMPLEMENTATION, MethodHandles.lookup())
                    .findConstructor(IMPLEMENTATION, MethodType.methodType(void.class, boolean.class))
                    .asType(MethodType.methodType(SocketImpl.class, boolean.class));
        } catch (ReflectiveOperationException e) {
            throw unsuitable(e);
        }
    }

    private static MethodHandle findOpeningOfDatagrams() {
        Class<?> provider = type("sun.nio.ch.SelectorProviderImpl");
        try {
            return MethodHandles.privateLookupIn(provider, MethodHandles.lookup())
                    .findVirtual(
                            provider,
                            "openUninterruptibleDatagramChannel",
                            MethodType.methodType(DatagramChannel.class))
                    .bindTo(OsProvider.get());
        } catch (ReflectiveOperationException e) {
            throw unsuitable(e);
        }
    }

    private static IllegalStateException unsuitable(ReflectiveOperationException reason) {
        return new IllegalStateException(
                "java.net's sockets cannot be had from this JDK; they need -javaagent:ztnio.jar", reason);
    }
}
