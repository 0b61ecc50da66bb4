package io.ztnio.protocol.transport;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Set;

/**
 * Options of a channel's socket by their numbers, by the JDK's own call, which it makes for the options that it has names for. JDK 17 to 21
 * on Linux. Stateless.
 */
final class SocketOptionCalls {
    private static final Calls CALLS = find();

    // Constants of their own, for the JIT.
    private static final MethodHandle DESCRIPTOR = CALLS == null ? null : CALLS.descriptor;
    private static final MethodHandle STATE_LOCK = CALLS == null ? null : CALLS.stateLock;
    private static final MethodHandle SET = CALLS == null ? null : CALLS.set;
    private static final MethodHandle GET = CALLS == null ? null : CALLS.get;

    private SocketOptionCalls() {}

    private record Calls(MethodHandle descriptor, MethodHandle stateLock, MethodHandle set, MethodHandle get) {}

    private static Calls find() {
        // The numbers of options are those of these two.
        if (!System.getProperty("os.name").equals("Linux")
                || !Set.of("amd64", "aarch64").contains(System.getProperty("os.arch"))) {
            return null;
        }
        MethodHandles.Lookup lookup = TrustedLookup.find();
        if (lookup == null) {
            return null;
        }
        try {
            Class<?> net = Class.forName("sun.nio.ch.Net");
            Class<?> channel = Class.forName("sun.nio.ch.DatagramChannelImpl");
            return new Calls(
                    lookup.findVirtual(channel, "getFD", MethodType.methodType(FileDescriptor.class))
                            .asType(MethodType.methodType(FileDescriptor.class, DatagramChannel.class)),
                    lookup.findGetter(channel, "stateLock", Object.class)
                            .asType(MethodType.methodType(Object.class, DatagramChannel.class)),
                    lookup.findStatic(
                            net,
                            "setIntOption0",
                            MethodType.methodType(
                                    void.class,
                                    FileDescriptor.class,
                                    boolean.class,
                                    int.class,
                                    int.class,
                                    int.class,
                                    boolean.class)),
                    lookup.findStatic(
                            net,
                            "getIntOption0",
                            MethodType.methodType(
                                    int.class, FileDescriptor.class, boolean.class, int.class, int.class)));
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "no such call in this JDK", e);
            return null;
        }
    }

    static boolean areAvailable() {
        return CALLS != null;
    }

    /**
     * Sets an option whose value is an {@code int}.
     *
     * @throws IOException if the system refuses, or the channel is closed
     */
    static void set(DatagramChannel channel, int level, int name, int value) throws IOException {
        try {
            synchronized (STATE_LOCK.invokeExact(channel)) {
                SET.invokeExact(open(channel), false, level, name, value, false);
            }
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /**
     * The value of an option, an {@code int}.
     *
     * @throws IOException if the system has none, or the channel is closed
     */
    static int get(DatagramChannel channel, int level, int name) throws IOException {
        try {
            synchronized (STATE_LOCK.invokeExact(channel)) {
                return (int) GET.invokeExact(open(channel), false, level, name);
            }
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    /** A descriptor that stays the channel's, and is not somebody else's, while its lock is held, as in the JDK's own calls for options. */
    private static FileDescriptor open(DatagramChannel channel) throws Throwable {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        return (FileDescriptor) DESCRIPTOR.invokeExact(channel);
    }

    private static IOException failure(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        if (e instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return e instanceof IOException refusal ? refusal : new IOException(e);
    }
}
