package io.ztnio.provider.capture;

import io.ztnio.provider.config.CaptureSettings;
import io.ztnio.tcpip.link.IpPrefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Which addresses are captured, given those that the host has. Ports are looked at before.
 *
 * <p>Thread: immutable.
 */
public final class CapturedAddresses {
    private static final int IPV4_LIMITED_BROADCAST = -1;
    private static final IpPrefix IPV4_LOOPBACK = new IpPrefix(loopback(), 8);

    private final CaptureSettings capture;
    private final List<IpPrefix> bypass;
    private final Set<InetAddress> host;

    /**
     * Addresses as the settings name them.
     *
     * @param bypass what is never captured
     * @param host the operating system's own addresses
     */
    public CapturedAddresses(CaptureSettings capture, List<IpPrefix> bypass, Collection<InetAddress> host) {
        this.capture = capture;
        this.bypass = List.copyOf(bypass);
        this.host = Set.copyOf(host);
    }

    /** Whether a connection or datagram to {@code remote}, or a bind to it, is for the stack in this process. */
    public boolean contains(InetAddress address) {
        if (contains(bypass, address)) {
            return false;
        }
        return contains(capture.prefixes(), address)
                || (capture.wildcard()
                        && (address.isAnyLocalAddress()
                                || address.isMulticastAddress()
                                || isLimitedBroadcast(address)
                                || host.contains(address)));
    }

    /** What the loopback link has as its own; 127.0.0.1 stands for all of 127.0.0.0/8 that is captured. */
    List<IpPrefix> own() {
        List<IpPrefix> own = new ArrayList<>();
        for (IpPrefix prefix : capture.prefixes()) {
            boolean isNet = IPV4_LOOPBACK.contains(prefix.address()) && prefix.contains(IPV4_LOOPBACK.address());
            own.add(isNet ? new IpPrefix(IPV4_LOOPBACK.address(), prefix.bits()) : prefix);
        }
        if (capture.wildcard()) {
            host.stream()
                    .filter(address -> !contains(capture.prefixes(), address))
                    .map(address -> address.equals(IPV4_LOOPBACK.address())
                            ? IPV4_LOOPBACK
                            : new IpPrefix(address, address.getAddress().length * 8))
                    .forEach(own::add);
        }
        return own;
    }

    private static boolean contains(List<IpPrefix> prefixes, InetAddress address) {
        for (int i = 0; i < prefixes.size(); i++) {
            if (prefixes.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLimitedBroadcast(InetAddress address) {
        // Documented: the hash code of an IPv4 address is the address.
        return address instanceof Inet4Address && address.hashCode() == IPV4_LIMITED_BROADCAST;
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
