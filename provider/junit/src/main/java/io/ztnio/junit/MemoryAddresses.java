package io.ztnio.junit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How nodes see each other's places: each in a /48 of its own. On the hub all are in one /64, from which a node takes one
 * stranger every two seconds only.
 *
 * <p>Thread: thread-safe.
 */
final class MemoryAddresses {
    private static final int LENGTH = 16;
    private static final int NUMBER = LENGTH - Integer.BYTES;
    private static final int SUBNET = 2;

    private final Map<InetSocketAddress, InetSocketAddress> shown = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, InetSocketAddress> real = new ConcurrentHashMap<>();

    /** The address that nodes see. */
    InetSocketAddress shown(InetSocketAddress onHub) {
        InetSocketAddress known = shown.get(onHub);
        if (known != null) {
            return known;
        }
        byte[] hub = onHub.getAddress().getAddress();
        byte[] bytes = new byte[LENGTH];
        bytes[0] = hub[0];
        System.arraycopy(hub, NUMBER, bytes, SUBNET, Integer.BYTES);
        bytes[LENGTH - 1] = 1;
        InetSocketAddress made;
        try {
            made = new InetSocketAddress(InetAddress.getByAddress(bytes), onHub.getPort());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an IPv6 address", e);
        }
        real.put(made, onHub);
        shown.put(onHub, made);
        return made;
    }

    /** The address on the hub, or {@code null} if nobody has been there. */
    InetSocketAddress onHub(InetSocketAddress seen) {
        return real.get(seen);
    }
}
