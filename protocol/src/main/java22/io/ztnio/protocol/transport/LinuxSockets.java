package io.ztnio.protocol.transport;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Set;

/**
 * The system calls of Linux that UDP with segmentation offload takes: {@code socket(7)}, {@code udp(7)}, {@code poll(2)},
 * {@code eventfd(2)}. The constants are those of the 64-bit little-endian platforms in {@link #isSupported}.
 *
 * <p>Thread: stateless, except for the error number, which each caller brings a place for.
 */
@SuppressWarnings("restricted") // Whoever comes here has asked for native access.
final class LinuxSockets {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_REUSEPORT = 15;
    static final int SO_BINDTODEVICE = 25;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;
    static final int IPPROTO_IP = 0;
    static final int IP_TTL = 2;
    static final int IP_MTU_DISCOVER = 10;
    static final int IPV6_MTU_DISCOVER = 23;
    /** Forbids fragments, and asks nobody but the interface how long a datagram may be. */
    static final int PMTUDISC_PROBE = 3;

    static final int SOL_UDP = 17;
    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;
    static final int MSG_DONTWAIT = 0x40;
    static final short POLLIN = 1;

    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int EINVAL = 22;
    static final int EMSGSIZE = 90;

    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    /** Where a call leaves {@code errno}. */
    static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final long ERRNO = CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = function("socket", INT, INT, INT, INT);
    private static final MethodHandle BIND = function("bind", INT, INT, POINTER, INT);
    private static final MethodHandle GETSOCKNAME = function("getsockname", INT, INT, POINTER, POINTER);
    private static final MethodHandle SETSOCKOPT = function("setsockopt", INT, INT, INT, INT, POINTER, INT);
    private static final MethodHandle GETSOCKOPT = function("getsockopt", INT, INT, INT, INT, POINTER, POINTER);
    private static final MethodHandle SENDMSG = function("sendmsg", LONG, INT, POINTER, INT);
    private static final MethodHandle RECVMMSG = function("recvmmsg", INT, INT, POINTER, INT, INT, POINTER);
    private static final MethodHandle POLL = function("poll", INT, POINTER, LONG, INT);
    private static final MethodHandle EVENTFD = function("eventfd", INT, INT, INT);
    private static final MethodHandle READ = function("read", LONG, INT, POINTER, LONG);
    private static final MethodHandle WRITE = function("write", LONG, INT, POINTER, LONG);
    private static final MethodHandle CLOSE = function("close", INT, INT);

    private LinuxSockets() {}

    /** Whether the constants and layouts here are this platform's. */
    static boolean isSupported() {
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return System.getProperty("os.name").equals("Linux")
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                && Set.of("amd64", "aarch64", "riscv64").contains(arch);
    }

    private static MethodHandle function(String name, ValueLayout result, ValueLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol = linker.defaultLookup().find(name).orElseThrow();
        return linker.downcallHandle(
                symbol, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
    }

    static MemorySegment newCallState(Arena arena) {
        return arena.allocate(CALL_STATE);
    }

    static int errno(MemorySegment state) {
        return state.get(INT, ERRNO);
    }

    static int socket(MemorySegment state, int family) throws IOException {
        try {
            return checked("socket", state, (int) SOCKET.invokeExact(state, family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static void bind(MemorySegment state, int fd, MemorySegment address, int length) throws IOException {
        try {
            checked("bind", state, (int) BIND.invokeExact(state, fd, address, length));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static void localAddress(MemorySegment state, int fd, MemorySegment address, MemorySegment length)
            throws IOException {
        try {
            checked("getsockname", state, (int) GETSOCKNAME.invokeExact(state, fd, address, length));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** @param value as long as it is */
    static void setOption(MemorySegment state, int fd, int level, int name, MemorySegment value) throws IOException {
        try {
            int length = (int) value.byteSize();
            int result = (int) SETSOCKOPT.invokeExact(state, fd, level, name, value, length);
            checked("setsockopt", state, result);
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /**
     * Reads an option that is an {@code int}.
     *
     * @param value gets it
     * @param length an {@code int}
     */
    static void option(MemorySegment state, int fd, int level, int name, MemorySegment value, MemorySegment length)
            throws IOException {
        length.set(INT, 0, Integer.BYTES);
        try {
            checked("getsockopt", state, (int) GETSOCKOPT.invokeExact(state, fd, level, name, value, length));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Bytes sent, or -1. */
    static long sendMessage(MemorySegment state, int fd, MemorySegment message) {
        try {
            return (long) SENDMSG.invokeExact(state, fd, message, MSG_DONTWAIT);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** How many messages of an array of {@code mmsghdr} were received into, or -1. */
    static int receiveMessages(MemorySegment state, int fd, MemorySegment messages, int count) {
        try {
            return (int) RECVMMSG.invokeExact(state, fd, messages, count, MSG_DONTWAIT, MemorySegment.NULL);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Waits; a signal ends it too, which is no failure. */
    static void poll(MemorySegment state, MemorySegment descriptors, int count, int timeoutMillis) {
        try {
            int ignored = (int) POLL.invokeExact(state, descriptors, (long) count, timeoutMillis);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static int eventDescriptor(MemorySegment state) throws IOException {
        try {
            return checked("eventfd", state, (int) EVENTFD.invokeExact(state, 0, EFD_NONBLOCK_CLOEXEC));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Raises an event. */
    static void raise(MemorySegment state, int fd, MemorySegment one) {
        try {
            long ignored = (long) WRITE.invokeExact(state, fd, one, (long) Long.BYTES);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Takes an event back. */
    static void lower(MemorySegment state, int fd, MemorySegment scratch) {
        try {
            long ignored = (long) READ.invokeExact(state, fd, scratch, (long) Long.BYTES);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    static void close(MemorySegment state, int fd) {
        try {
            int ignored = (int) CLOSE.invokeExact(state, fd);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static int checked(String call, MemorySegment state, int result) throws IOException {
        if (result < 0) {
            throw new IOException(call + ": errno " + errno(state));
        }
        return result;
    }

    private static IOException failed(Throwable e) {
        return e instanceof IOException io ? io : new IOException(impossible(e));
    }

    private static RuntimeException impossible(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
