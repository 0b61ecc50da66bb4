package io.ztnio.tcpip.udp;

import io.ztnio.tcpip.endpoint.DatagramOptions;
import io.ztnio.tcpip.wire.IpAddresses;
import java.net.InetAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The option values of one endpoint. Thread: thread-safe; the accessors are single volatile reads. */
final class UdpOptions {
    static final int DEFAULT_RECEIVE_BYTES = 1 << 20;
    static final int DEFAULT_SEND_BYTES = 212_992;
    private static final int MIN_BUFFER_BYTES = 2048;
    private static final int MAX_BUFFER_BYTES = 64 << 20;

    private static final Map<SocketOption<?>, Object> DEFAULTS = Map.of(
            StandardSocketOptions.SO_SNDBUF,
            DEFAULT_SEND_BYTES,
            StandardSocketOptions.SO_RCVBUF,
            DEFAULT_RECEIVE_BYTES,
            StandardSocketOptions.SO_REUSEADDR,
            false,
            StandardSocketOptions.SO_REUSEPORT,
            false,
            StandardSocketOptions.SO_BROADCAST,
            false,
            StandardSocketOptions.IP_TOS,
            0,
            StandardSocketOptions.IP_MULTICAST_TTL,
            1,
            StandardSocketOptions.IP_MULTICAST_LOOP,
            true,
            DatagramOptions.MULTICAST_LINK_ADDRESS,
            IpAddresses.ofIpv4(0));

    private final Map<SocketOption<?>, Object> values = new ConcurrentHashMap<>(DEFAULTS);
    private volatile boolean broadcast;
    private volatile boolean reuseAddress;
    private volatile boolean reusePort;
    private volatile int trafficClass;
    private volatile int multicastTtl = 1;
    private volatile boolean multicastLoop = true;
    private volatile InetAddress multicastSource;

    static Set<SocketOption<?>> supported() {
        return DEFAULTS.keySet();
    }

    <T> T get(SocketOption<T> name) {
        Object value = name == null ? null : values.get(name);
        if (value == null) {
            throw unsupported(name);
        }
        return name.type().cast(value);
    }

    <T> void set(SocketOption<T> name, T value) {
        if (name == null || !DEFAULTS.containsKey(name)) {
            throw unsupported(name);
        }
        if (!name.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        Object taken = check(name, value);
        values.put(name, taken);
        broadcast = get(StandardSocketOptions.SO_BROADCAST);
        reuseAddress = get(StandardSocketOptions.SO_REUSEADDR);
        reusePort = get(StandardSocketOptions.SO_REUSEPORT);
        trafficClass = get(StandardSocketOptions.IP_TOS);
        multicastTtl = get(StandardSocketOptions.IP_MULTICAST_TTL);
        multicastLoop = get(StandardSocketOptions.IP_MULTICAST_LOOP);
        InetAddress source = get(DatagramOptions.MULTICAST_LINK_ADDRESS);
        multicastSource = source.isAnyLocalAddress() ? null : source;
    }

    boolean broadcast() {
        return broadcast;
    }

    boolean reuseAddress() {
        return reuseAddress;
    }

    boolean reusePort() {
        return reusePort;
    }

    int trafficClass() {
        return trafficClass;
    }

    int multicastTtl() {
        return multicastTtl;
    }

    boolean multicastLoop() {
        return multicastLoop;
    }

    /** The own address that names the link for multicasts, or {@code null}. */
    InetAddress multicastSource() {
        return multicastSource;
    }

    private static Object check(SocketOption<?> name, Object value) {
        if (name == StandardSocketOptions.SO_SNDBUF || name == StandardSocketOptions.SO_RCVBUF) {
            int bytes = (int) value;
            if (bytes < 0) {
                throw new IllegalArgumentException("Invalid send/receive buffer size");
            }
            return Math.max(MIN_BUFFER_BYTES, Math.min(bytes, MAX_BUFFER_BYTES));
        }
        if (name == StandardSocketOptions.IP_TOS && ((int) value & ~0xff) != 0) {
            throw new IllegalArgumentException("Invalid IP_TOS value");
        }
        if (name == StandardSocketOptions.IP_MULTICAST_TTL && ((int) value & ~0xff) != 0) {
            throw new IllegalArgumentException("Invalid TTL/hop value");
        }
        return value;
    }

    private static UnsupportedOperationException unsupported(SocketOption<?> name) {
        return new UnsupportedOperationException("'" + name + "' not supported");
    }
}
