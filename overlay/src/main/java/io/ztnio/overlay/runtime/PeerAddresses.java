package io.ztnio.overlay.runtime;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configured peers, {@code host:port}, as addresses. Names are looked up again now and then. Thread-safe. */
final class PeerAddresses {
    private static final Pattern SYNTAX = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^\\[\\]:/\\s]+)):([0-9]{1,5})");
    private static final int MAX_PORT = 0xffff;

    private final List<String> peers;
    private volatile List<InetSocketAddress> resolved = List.of();

    /** Addresses are found at once, names by {@link #look}. */
    PeerAddresses(List<String> peers) {
        this.peers = peers;
        lookUp(peer -> !isName(peer));
    }

    static void check(String hostAndPort) {
        Matcher matcher = SYNTAX.matcher(hostAndPort);
        int port = matcher.matches() ? Integer.parseInt(matcher.group(3)) : 0;
        if (port == 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("'" + hostAndPort
                    + "' is not host:port, such as node.example:9994, 192.0.2.1:9994 or [2001:db8::1]:9994");
        }
    }

    /** What was found at the last {@link #look}. */
    List<InetSocketAddress> found() {
        return resolved;
    }

    boolean hasNames() {
        return peers.stream().anyMatch(PeerAddresses::isName);
    }

    private static boolean isName(String peer) {
        Matcher matcher = SYNTAX.matcher(peer);
        return matcher.matches()
                && matcher.group(2) != null
                && !matcher.group(2).matches("[0-9.]+");
    }

    /** Looks the names up; may wait for the name service. Those that are not found are left out. */
    void look() {
        lookUp(peer -> true);
    }

    private void lookUp(Predicate<String> which) {
        List<InetSocketAddress> found = new ArrayList<>();
        for (String peer : peers.stream().filter(which).toList()) {
            Matcher matcher = SYNTAX.matcher(peer);
            if (matcher.matches()) {
                String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
                try {
                    for (InetAddress address : InetAddress.getAllByName(host)) {
                        found.add(new InetSocketAddress(address, Integer.parseInt(matcher.group(3))));
                    }
                } catch (UnknownHostException e) {
                    System.getLogger("io.ztnio.overlay")
                            .log(System.Logger.Level.WARNING, "peer " + peer + " is not known to the name service");
                }
            }
        }
        resolved = List.copyOf(found);
    }
}
