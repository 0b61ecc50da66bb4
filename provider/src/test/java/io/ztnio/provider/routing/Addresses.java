package io.ztnio.provider.routing;

import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.Route;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Addresses and links from text; names are never looked up. */
final class Addresses {
    private Addresses() {}

    static InetAddress ip(String literal) {
        if (!literal.matches("[0-9a-fA-F:.]+(%[0-9]+)?")) {
            throw new AssertionError(literal + " is not an address");
        }
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static IpPrefix prefix(String text) {
        int slash = text.indexOf('/');
        return new IpPrefix(ip(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    static List<IpPrefix> prefixes(String... texts) {
        return Arrays.stream(texts).map(Addresses::prefix).toList();
    }

    /** A link with one own address and routes. */
    static LinkConfig link(String own, String... routes) {
        return new LinkConfig(prefixes(own), routes(routes), 2800);
    }

    /** A link without an own address. */
    static LinkConfig withoutAddress(String... routes) {
        return new LinkConfig(List.of(), routes(routes), 2800);
    }

    private static List<Route> routes(String... routes) {
        return prefixes(routes).stream()
                .map(target -> new Route(target, Optional.empty()))
                .toList();
    }
}
