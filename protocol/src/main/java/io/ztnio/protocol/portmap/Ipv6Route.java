package io.ztnio.protocol.portmap;

import io.ztnio.protocol.wire.Bytes;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The way to the IPv6 internet, by {@code /proc/net/ipv6_route} of Linux. Immutable.
 *
 * @param gateway the router, usually link-local, with its interface
 * @param own addresses of ours on that interface that are reached from everywhere
 */
public record Ipv6Route(InetAddress gateway, List<InetAddress> own) {
    private static final Path ROUTES = Path.of("/proc/net/ipv6_route");

    /** Each costs the router a pinhole; temporary addresses come and go. */
    private static final int MOST_OWN = 4;

    /** RTF_UP and RTF_GATEWAY. */
    private static final int UP_GATEWAY = 3;

    private static final String ZERO = "0".repeat(32);
    private static final int DESTINATION = 0;
    private static final int DESTINATION_BITS = 1;
    private static final int SOURCE_BITS = 3;
    private static final int NEXT_HOP = 4;
    private static final int METRIC = 5;
    private static final int FLAGS = 8;
    private static final int DEVICE = 9;

    /**
     * A default route.
     *
     * @param gateway without an interface
     */
    record Line(Bytes gateway, String device) {}

    public Ipv6Route {
        own = List.copyOf(own);
    }

    /** The route of least metric; empty if there is none, or no such file, or nothing that it could reach. */
    public static Optional<Ipv6Route> find() {
        try {
            Optional<Line> line = of(Files.readString(ROUTES, StandardCharsets.US_ASCII));
            NetworkInterface device = line.isEmpty()
                    ? null
                    : NetworkInterface.getByName(line.get().device());
            return device == null
                    ? Optional.empty()
                    : Optional.of(through(device, line.get().gateway().toByteArray()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Ipv6Route through(NetworkInterface device, byte[] gateway)
            throws UnknownHostException, SocketException {
        List<InetAddress> own = Collections.list(device.getInetAddresses()).stream()
                .filter(Ipv6Route::isGlobal)
                .map(Ipv6Route::withoutScope)
                .limit(MOST_OWN)
                .toList();
        return new Ipv6Route(Inet6Address.getByAddress(null, gateway, device), own);
    }

    /** RFC 4291 section 2.4: what is unicast and no narrower than global begins with 001 today. */
    static boolean isGlobal(InetAddress address) {
        return address instanceof Inet6Address && (address.getAddress()[0] & 0xe0) == 0x20;
    }

    private static InetAddress withoutScope(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has the length of one", e);
        }
    }

    /** The default route in the file's content: columns of text, numbers in hexadecimal digits. */
    static Optional<Line> of(String routes) {
        long leastMetric = Long.MAX_VALUE;
        Line best = null;
        for (String line : routes.split("\n", -1)) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length <= DEVICE
                    || !columns[DESTINATION].equals(ZERO)
                    || !columns[DESTINATION_BITS].equals("00")
                    || !columns[SOURCE_BITS].equals("00")
                    || columns[NEXT_HOP].equals(ZERO)) {
                continue;
            }
            try {
                long metric = Long.parseLong(columns[METRIC], 16);
                boolean routed = (Integer.parseUnsignedInt(columns[FLAGS], 16) & UP_GATEWAY) == UP_GATEWAY;
                byte[] gateway = HexFormat.of().parseHex(columns[NEXT_HOP]);
                if (routed && gateway.length == ZERO.length() / 2 && metric < leastMetric) {
                    leastMetric = metric;
                    best = new Line(Bytes.of(gateway), columns[DEVICE]);
                }
            } catch (IllegalArgumentException e) {
                // A line of a kernel to come.
            }
        }
        return Optional.ofNullable(best);
    }
}
