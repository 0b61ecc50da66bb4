package io.ztnio.protocol.transport;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
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
    private static final MethodHandle SET = CALLS == null ? null : CALLS.set;
    private static final MethodHandle GET = CALLS == null ? null : CALLS.get;

    private SocketOptionCalls() {}

    private record Calls(MethodHandle descriptor, MethodHandle set, MethodHandle get) {}

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
     * Sets an option whose value is an {@code int}. As with everything past a channel, the caller sees to it that nobody closes it meanwhile,
     * or bears that it is another socket's.
     *
     * @throws IOException if the system refuses
     */
    static void set(DatagramChannel channel, int level, int name, int value) throws IOException {
        try {
            FileDescriptor descriptor = (FileDescriptor) DESCRIPTOR.invokeExact(channel);
            SET.invokeExact(descriptor, false, level, name, value, false);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /**
     * The value of an option, an {@code int}.
     *
     * @throws IOException if the system has none
     */
    static int get(DatagramChannel channel, int level, int name) throws IOException {
        try {
            FileDescriptor descriptor = (FileDescriptor) DESCRIPTOR.invokeExact(channel);
            return (int) GET.invokeExact(descriptor, false, level, name);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }
}
