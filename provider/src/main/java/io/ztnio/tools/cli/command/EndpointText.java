package io.ztnio.tools.cli.command;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Endpoints as ZeroTier writes them: {@code 192.0.2.1/9993}, {@code 2001:db8::1/9993}. */
public final class EndpointText {
    private static final Pattern SHAPE = Pattern.compile("([0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)/(\\d{1,5})");

    private EndpointText() {}

    /**
     * Reads an address literal and a port.
     *
     * @throws IllegalArgumentException naming {@code text} if it is anything else
     */
    public static InetSocketAddress parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        try {
            if (matcher.matches()) {
                return new InetSocketAddress(
                        InetAddress.getByName(matcher.group(1)), Integer.parseInt(matcher.group(2)));
            }
        } catch (UnknownHostException | IllegalArgumentException e) {
            throw new IllegalArgumentException(text + " is not an endpoint (address/port)", e);
        }
        throw new IllegalArgumentException(text + " is not an endpoint (address/port)");
    }

    public static String format(InetSocketAddress endpoint) {
        return endpoint.getAddress().getHostAddress() + "/" + endpoint.getPort();
    }
}
