package io.ztnio.tools.cli.network;

import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code PORT}. Immutable.
 *
 * @param host an address, a name or a node id, as it was written; empty if there was none
 */
record HostPort(String host, int port) {
    private static final Pattern SHAPE = Pattern.compile("(?:(?:\\[([^\\[\\]]+)]|([^:\\[\\]]+)):)?(\\d{1,5})");
    private static final int MAX_PORT = 65_535;

    /** Reads one; a wrong one is a wrong argument. */
    static final class Converter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            Matcher matcher = SHAPE.matcher(text);
            if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > MAX_PORT) {
                throw new TypeConversionException(
                        "'" + text + "' is not HOST:PORT (an IPv6 address in brackets: [fd00::1]:80)");
            }
            String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            return new HostPort(host == null ? "" : host, Integer.parseInt(matcher.group(3)));
        }
    }

    /** With an address literal resolved, with a name not. */
    InetSocketAddress address() {
        return SocketAddressField.parseAddress(host)
                .map(address -> new InetSocketAddress(address, port))
                .orElseGet(() -> InetSocketAddress.createUnresolved(host, port));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
