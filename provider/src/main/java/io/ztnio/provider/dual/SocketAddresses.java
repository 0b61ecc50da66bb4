package io.ztnio.provider.dual;

import io.ztnio.provider.os.OsProvider;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Arrays;
import java.util.Objects;

/** The checks of addresses that come before any change of state. */
public final class SocketAddresses {
    private SocketAddresses() {}

    /** A remote address that a socket of {@code family} can use. */
    public static InetSocketAddress remote(SocketAddress address, ProtocolFamily family) {
        return inet(Objects.requireNonNull(address), family);
    }

    /** A local address that a socket of {@code family} can bind to; {@code null} is the wildcard address. */
    public static InetSocketAddress local(SocketAddress address, ProtocolFamily family) {
        return address == null ? new InetSocketAddress(wildcard(family), 0) : inet(address, family);
    }

    /** The wildcard address in the family's form. */
    public static InetAddress wildcard(ProtocolFamily family) {
        try {
            return family == StandardProtocolFamily.INET
                    ? InetAddress.getByAddress(new byte[4])
                    : new InetSocketAddress(0).getAddress();
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** The wildcard address in the form in which the JDK's bound sockets have it: that of both versions is IPv6's. */
    public static InetAddress boundWildcard(ProtocolFamily family) {
        boolean ipv4 = family == StandardProtocolFamily.INET || !Ipv6.AVAILABLE;
        try {
            return InetAddress.getByAddress(new byte[ipv4 ? 4 : 16]);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether the JDK's sockets are of both versions; asked once. */
    private static final class Ipv6 {
        static final boolean AVAILABLE = look();

        private Ipv6() {}

        private static boolean look() {
            try (DatagramChannel both = OsProvider.get().openDatagramChannel(StandardProtocolFamily.INET6)) {
                return both.isOpen();
            } catch (IOException | UnsupportedOperationException e) {
                // The machine has none, or java.net.preferIPv4Stack is set.
                return false;
            }
        }
    }

    /** 127.0.0.1 or ::1. */
    static InetAddress loopback(boolean ipv4) {
        byte[] address = ipv4 ? new byte[] {127, 0, 0, 0} : new byte[16];
        address[address.length - 1] = 1;
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether sockets of {@code family} may be virtual. */
    public static boolean isInet(ProtocolFamily family) {
        return family == null || family == StandardProtocolFamily.INET || family == StandardProtocolFamily.INET6;
    }

    private static InetSocketAddress inet(SocketAddress address, ProtocolFamily family) {
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        InetAddress host = inet.getAddress();
        boolean supported = family == StandardProtocolFamily.INET
                ? host instanceof Inet4Address
                : host instanceof Inet4Address || host instanceof Inet6Address;
        if (!supported) {
            throw new UnsupportedAddressTypeException();
        }
        return host instanceof Inet6Address ipv6 && isMapped(ipv6.getAddress())
                ? new InetSocketAddress(unmapped(ipv6.getAddress()), inet.getPort())
                : inet;
    }

    /** RFC 4291 2.5.5.2; such an object comes from {@code Inet6Address.getByAddress} only. */
    private static boolean isMapped(byte[] ipv6) {
        for (int i = 0; i < 10; i++) {
            if (ipv6[i] != 0) {
                return false;
            }
        }
        return ipv6[10] == (byte) 0xff && ipv6[11] == (byte) 0xff;
    }

    private static InetAddress unmapped(byte[] ipv6) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(ipv6, 12, 16));
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }
}
