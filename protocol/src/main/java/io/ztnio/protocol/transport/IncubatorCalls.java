package io.ztnio.protocol.transport;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;

/**
 * The calls of {@code socket(7)} for messages and options, by the foreign-function API as it was in JDK 17 and no other: an incubator, found
 * by its names, so that nothing here needs it to be compiled or loaded. Structures lie in direct buffers and go by their addresses, so that
 * all arguments are numbers and no call allocates. Stateless.
 */
final class IncubatorCalls {
    private static final String MODULE = "jdk.incubator.foreign";
    private static final int MSG_DONTWAIT = 0x40;

    /** {@code null} where it is not to be had. */
    private static final Calls CALLS = find();

    // Constants of their own, for the JIT.
    private static final MethodHandle SENDMSG = CALLS == null ? null : CALLS.sendmsg;
    private static final MethodHandle RECVMSG = CALLS == null ? null : CALLS.recvmsg;
    private static final MethodHandle GETSOCKNAME = CALLS == null ? null : CALLS.getsockname;
    private static final MethodHandle GETSOCKOPT = CALLS == null ? null : CALLS.getsockopt;
    private static final MethodHandle SETSOCKOPT = CALLS == null ? null : CALLS.setsockopt;

    private IncubatorCalls() {}

    private record Calls(
            MethodHandle sendmsg,
            MethodHandle recvmsg,
            MethodHandle getsockname,
            MethodHandle getsockopt,
            MethodHandle setsockopt) {}

    /** Whether this JVM is of JDK 17, on a platform whose structures are known here, and has the module and native access. */
    static boolean areAvailable() {
        return CALLS != null;
    }

    private static Calls find() {
        Optional<Module> module = IncubatorModule.get();
        if (module.isEmpty()
                || !System.getProperty("os.name").equals("Linux")
                || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN
                || !Set.of("amd64", "aarch64").contains(System.getProperty("os.arch"))) {
            return null;
        }
        try {
            Linker linker = new Linker(module.get());
            return new Calls(
                    linker.function("sendmsg", long.class, int.class, long.class, int.class),
                    linker.function("recvmsg", long.class, int.class, long.class, int.class),
                    linker.function("getsockname", int.class, int.class, long.class, long.class),
                    linker.function("getsockopt", int.class, int.class, int.class, int.class, long.class, long.class),
                    linker.function("setsockopt", int.class, int.class, int.class, int.class, long.class, int.class));
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            // With the module and without native access, the API refuses.
            System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "no native access", e);
            return null;
        }
    }

    /** What of the module is used, by reflection. */
    private static final class Linker {
        private final Module module;
        private final Class<?> type;
        private final Object linker;
        private final Object lookup;

        Linker(Module module) throws ReflectiveOperationException {
            this.module = module;
            type = type("CLinker");
            linker = type.getMethod("getInstance").invoke(null);
            lookup = type.getMethod("systemLookup").invoke(null);
        }

        private Class<?> type(String name) throws ClassNotFoundException {
            Class<?> found = Class.forName(module, MODULE + "." + name);
            if (found == null) {
                throw new ClassNotFoundException(name);
            }
            return found;
        }

        /** A function of C, whose pointers are {@code long}. */
        MethodHandle function(String name, Class<?> result, Class<?>... arguments) throws ReflectiveOperationException {
            Object symbol = ((Optional<?>) type("SymbolLookup")
                            .getMethod("lookup", String.class)
                            .invoke(lookup, name))
                    .orElseThrow();
            Class<?> layout = type("MemoryLayout");
            Object layouts = Array.newInstance(layout, arguments.length);
            for (int i = 0; i < arguments.length; i++) {
                Array.set(layouts, i, layout(arguments[i]));
            }
            Class<?> descriptor = type("FunctionDescriptor");
            Object function =
                    descriptor.getMethod("of", layout, layouts.getClass()).invoke(null, layout(result), layouts);
            return (MethodHandle) type.getMethod("downcallHandle", type("Addressable"), MethodType.class, descriptor)
                    .invoke(linker, symbol, MethodType.methodType(result, arguments), function);
        }

        private Object layout(Class<?> number) throws ReflectiveOperationException {
            return type.getField(number == int.class ? "C_INT" : "C_LONG_LONG").get(null);
        }

        long address(ByteBuffer direct) throws ReflectiveOperationException {
            Class<?> segment = type("MemorySegment");
            Object whole = segment.getMethod("ofByteBuffer", ByteBuffer.class).invoke(null, direct);
            Object address = segment.getMethod("address").invoke(whole);
            return (long) type("MemoryAddress").getMethod("toRawLongValue").invoke(address);
        }
    }

    /**
     * Where the byte at the position of a direct buffer lies, for as long as somebody holds the buffer.
     */
    static long address(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("moves");
        }
        try {
            return new Linker(IncubatorModule.get().orElseThrow()).address(direct);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Sends a message without waiting. Why it fails is not to be known: the JVM may use the thread's {@code errno} before we could. Whoever
     * gives an address, here and below, still holds the buffers behind it when the call has returned.
     *
     * @param message address of a {@code msghdr}
     * @return bytes sent, or -1
     */
    static long sendMessage(int fd, long message) {
        try {
            return (long) SENDMSG.invokeExact(fd, message, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Receives as {@link #sendMessage} sends. */
    static long receiveMessage(int fd, long message) {
        try {
            return (long) RECVMSG.invokeExact(fd, message, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * The address of a socket.
     *
     * @param address of where it goes
     * @param length address of an {@code int}: the room there
     * @return 0, or -1
     */
    static int socketName(int fd, long address, long length) {
        try {
            return (int) GETSOCKNAME.invokeExact(fd, address, length);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** An option of a socket, as {@link #socketName}. */
    static int option(int fd, int level, int name, long value, long length) {
        try {
            return (int) GETSOCKOPT.invokeExact(fd, level, name, value, length);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Sets an option of a socket: 0, or -1. */
    static int setOption(int fd, int level, int name, long value, int length) {
        try {
            return (int) SETSOCKOPT.invokeExact(fd, level, name, value, length);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static RuntimeException impossible(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
