package io.ztnio.protocol.portmap;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * A place at the gateway, by HTTP. There is no other: what answers a search must not make us talk to somebody else. Immutable.
 *
 * @param gateway whose address is the host
 * @param port 1 to 65535
 * @param path with the query, in ASCII, without blanks
 */
record GatewayUrl(InetAddress gateway, int port, String path) {
    private static final int MAX_LENGTH = 1024;
    private static final int HTTP = 80;

    /** Reads an absolute URL; empty unless it is the gateway's, by address, and http. */
    static Optional<GatewayUrl> parse(String text, InetAddress gateway) {
        try {
            return text.length() > MAX_LENGTH ? Optional.empty() : of(new URI(text), gateway);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Resolves a reference; empty if that leads elsewhere. */
    Optional<GatewayUrl> resolve(String reference) {
        try {
            if (reference.length() > MAX_LENGTH) {
                return Optional.empty();
            }
            return of(new URI("http://" + host() + path).resolve(new URI(reference)), gateway);
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Address and port, as a Host header has them. */
    String host() {
        return gateway.getHostAddress() + ":" + port;
    }

    private static Optional<GatewayUrl> of(URI uri, InetAddress gateway) {
        int port = uri.getPort() == -1 ? HTTP : uri.getPort();
        boolean ours = "http".equalsIgnoreCase(uri.getScheme())
                && gateway.getHostAddress().equals(uri.getHost())
                && uri.getRawUserInfo() == null
                && port > 0
                && port <= 0xffff;
        if (!ours) {
            return Optional.empty();
        }
        String plain = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String path = uri.getRawQuery() == null ? plain : plain + "?" + uri.getRawQuery();
        // A URI may have letters of any script.
        boolean ascii = path.startsWith("/") && path.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return ascii ? Optional.of(new GatewayUrl(gateway, port, path)) : Optional.empty();
    }
}
