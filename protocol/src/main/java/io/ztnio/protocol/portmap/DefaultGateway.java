package io.ztnio.protocol.portmap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The router that packets to the internet go to, by {@code /proc/net/route} of Linux. Stateless. */
final class DefaultGateway {
    private static final Path ROUTES = Path.of("/proc/net/route");

    /** RTF_UP and RTF_GATEWAY. */
    private static final int UP_GATEWAY = 3;

    private static final int DESTINATION = 1;
    private static final int GATEWAY = 2;
    private static final int FLAGS = 3;
    private static final int METRIC = 6;
    private static final int MASK = 7;

    private DefaultGateway() {}

    /** The one of least metric; empty if there is none, or no such file. */
    static Optional<InetAddress> find() {
        try {
            return of(Files.readString(ROUTES, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The same of the file's content: columns of text, addresses in hexadecimal digits of the machine's byte order. */
    static Optional<InetAddress> of(String routes) {
        long leastMetric = Long.MAX_VALUE;
        InetAddress gateway = null;
        for (String line : routes.split("\n", -1)) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length <= MASK
                    || !columns[DESTINATION].equals("00000000")
                    || !columns[MASK].equals("00000000")) {
                continue;
            }
            try {
                long metric = Long.parseLong(columns[METRIC]);
                boolean routed = (Integer.parseInt(columns[FLAGS], 16) & UP_GATEWAY) == UP_GATEWAY;
                int address = Integer.parseUnsignedInt(columns[GATEWAY], 16);
                if (routed && metric < leastMetric) {
                    leastMetric = metric;
                    gateway = address(address);
                }
            } catch (NumberFormatException e) {
                // The heading, or a line of a kernel to come.
            }
        }
        return Optional.ofNullable(gateway);
    }

    private static InetAddress address(int native32) {
        int value = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(native32) : native32;
        byte[] ip = {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
        try {
            return InetAddress.getByAddress(ip);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 bytes are an address", e);
        }
    }
}
