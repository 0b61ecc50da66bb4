package io.ztnio.provider.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Every key there is, with what a reader of the documentation or of an error message needs to know. */
public enum ConfigKey {
    CONFIG(
            "ztnio.config",
            "",
            "a readable properties file",
            "Properties file with any of the other keys. Lowest precedence: a system property beats an environment "
                    + "variable, which beats the file."),
    NETWORKS(
            "ztnio.networks",
            "",
            "network ids of 16 hexadecimal digits, separated by commas",
            "The networks to join, besides those that the home is a member of (a file in networks.d, as ZeroTier One writes "
                    + "it). None of either: a strict pass-through to the operating system."),
    HOME(
            "ztnio.home",
            "${user.home}/.ztnio",
            "a directory path",
            "Where the identity, the planet and the caches of peers and networks live; a directory of ZeroTier One works. Two "
                    + "processes must not share one."),
    PORT("ztnio.port", "0", "a port from 0 to 65535", "UDP port of the node; 0 takes any free one."),
    BIND(
            "ztnio.bind",
            "",
            "IPv4 or IPv6 address literals, separated by commas",
            "Local addresses to send and receive UDP on. None: all of them."),
    LOOPBACK(
            "ztnio.loopback",
            "false",
            "true or false",
            "Whether loopback addresses may carry the protocol: for planets within one machine."),
    PLANET(
            "ztnio.planet",
            "earth",
            "'earth' or the path of a planet file",
            "The roots to use: those of a planet file, which the home then keeps, or the public ones. Where it is not set a "
                    + "home keeps to the planet that it has."),
    PUBLIC_PLANET(
            "ztnio.public.planet",
            "allow",
            "allow or forbid",
            "Forbid makes a configuration fail that would contact the public roots, by name or by what the home has: for "
                    + "build machines."),
    JOIN_TIMEOUT(
            "ztnio.join.timeout",
            "30s",
            "a positive duration such as 500ms, 30s or 2m",
            "How long private addresses wait for the networks' configuration, from the start of the node on; what is not "
                    + "known then fails."),
    TCP_RELAY(
            "ztnio.tcp.relay",
            "auto",
            "auto, off, or host:port",
            "The relay over TCP for when nothing has come by UDP for a minute, or for 25 s if it is named here. Auto: the public "
                    + "one, of nodes of the public planet only."),
    TCP_RELAY_FORCE(
            "ztnio.tcp.relay.force",
            "false",
            "true or false",
            "Uses the relay over TCP at once and always, and UDP never, where there is one."),
    PORT_MAPPING(
            "ztnio.port.mapping",
            "off",
            "on or off",
            "Whether the router is asked to map the UDP ports, by PCP, NAT-PMP or UPnP, so that peers outside reach this node, "
                    + "and on Linux to open its firewall to its IPv6 addresses, by PCP."),
    PORT_MAPPING_GATEWAY(
            "ztnio.port.mapping.gateway",
            "",
            "an IPv4 address",
            "The router to ask, and no other one. None: the default one, which is found on Linux only."),
    PEER_TIMEOUT(
            "ztnio.peer.timeout",
            "60s",
            "a duration such as 60s or 2m, or 0",
            "How long a peer of which nothing has been heard for a minute is sought before its connections end with "
                    + "\"Connection timed out\". 0: they stay for ever, as in a kernel."),
    EXIT_TIMEOUT(
            "ztnio.exit.timeout",
            "8s",
            "a duration such as 500ms or 8s, or 0",
            "How long the end of the process may be delayed, after the application's shutdown hooks, until living peers have "
                    + "taken what was written to them. What is left then is reset. 0: all of it at once."),
    UNAVAILABLE(
            "ztnio.unavailable",
            "fail",
            "fail or os",
            "What happens to a connect, bind or send whose network cannot be had. Fail: an exception that says why and what "
                    + "to do. Os: a warning, and the operating system's route, which may lead to a stranger."),
    ROUTES(
            "ztnio.routes",
            "",
            "prefixes such as 10.1.0.0/16 or fd00::/8, separated by commas",
            "Destinations that go to the networks although the operating system is on them too, or although they are "
                    + "public."),
    BYPASS(
            "ztnio.bypass",
            "",
            "prefixes such as 10.1.0.0/16 or fd00::/8, or with ztnio.capture a port too as in 127.0.0.1/32:5432 or "
                    + "[::1/128]:5432, separated by commas",
            "Destinations that stay with the operating system whatever a network claims or is captured."),
    CAPTURE(
            "ztnio.capture",
            "",
            "addresses, prefixes such as 127.0.0.0/8, and 'wildcard', separated by commas; not together with networks",
            "Capture mode: sockets at these addresses of this machine live in a TCP/IP stack of this process, which nothing "
                    + "leaves. Wildcard: those bound to the wildcard address too, with the host's own addresses and groups."),
    HOSTS(
            "ztnio.hosts",
            "",
            "a readable file in the format of hosts(5)",
            "Names and addresses that count before any name service is asked; read again when the file has changed."),
    DNS(
            "ztnio.dns",
            "false",
            "true or false",
            "Whether names of the domains that the networks' controllers push are asked of the DNS servers that they push, "
                    + "over the networks, and never of the operating system."),
    WILDCARD("ztnio.wildcard", "both", "both, os or zerotier", "Where a socket bound to the wildcard address listens."),
    TCP_CONGESTION(
            "ztnio.tcp.congestion",
            "cubic",
            "cubic, reno or bbr",
            "TCP's congestion control. BBR keeps its rate on paths that lose packets without being full."),
    TCP_MINIMUM_MSS(
            "ztnio.tcp.minimum.mss",
            "216",
            "a number from 48 to 536",
            "The least segment size that a TCP peer may ask for: of one that asks for less, this is used. Small segments cost "
                    + "memory and work; lower it for a peer that takes no larger ones."),
    UDP_OFFLOAD(
            "ztnio.udp.offload",
            "auto",
            "auto, on or off",
            "UDP segmentation offload (Linux). Auto: both ways if the JVM was started with what that needs; else, on JDK 17 to 21, "
                    + "of what is sent. On: both ways on JDK 17 without flags, and on 22 and up even if the JDK warns of it."),
    PATH_MTU(
            "ztnio.path.mtu",
            "auto",
            "auto or a number from 1400 to 10324",
            "Bytes of the longest UDP datagram to peers, where the home's local.conf says nothing of it. Auto: 1432, and more "
                    + "where that is found to pass (Linux, or JDK 19 and up)."),
    LEAD(
            "ztnio.lead",
            "on",
            "off or on",
            "On: a thread that waits in a channel or selector of the node's may wait for its datagrams itself, which saves a request "
                    + "and its answer a change of threads at each end. Off: only the node's own thread does."),
    SPIN(
            "ztnio.spin",
            "80",
            "a number from 0 to 1000",
            "Microseconds for which such a thread asks for datagrams again and again before it sleeps, where its last waits were hardly "
                    + "longer: a near peer's answer then need not wake it, and meanwhile it uses a processor. 0, or one processor: it "
                    + "sleeps at once."),
    READERS(
            "ztnio.readers",
            "0",
            "a number from 0 to 16",
            "Threads that receive and decrypt, besides the one that runs the node: the first receives, and with more than one the others "
                    + "decrypt what comes in bulk. For machines with processors to spare. 0: the one that runs the node does it."),
    THREADS(
            "ztnio.threads",
            "auto",
            "auto or a number from 0 to 64",
            "Threads that encrypt and send, besides the one that runs the node, and as many stacks to divide TCP "
                    + "connections among. 0: none, whoever writes sends, and one stack. Auto: as many as this machine's "
                    + "processors make worth it."),
    BONDING(
            "ztnio.bonding",
            "none",
            "none, active-backup, broadcast, balance-rr, balance-xor or balance-aware",
            "How several links to a peer are used, as the daemon calls it; what the home's local.conf says besides, of "
                    + "policies and single peers, counts too."),
    STATUS_FILE(
            "ztnio.status.file",
            "",
            "a writable file path",
            "JSON file the node replaces every second: address, networks, peers and how they are reached."),
    API(
            "ztnio.api",
            "off",
            "on or off",
            "Whether the node serves ZeroTier One's local API on the loopback TCP port of the number of its UDP port, for "
                    + "zerotier-cli and the like. The command node does without this, unless it is told --no-api."),
    TRANSPORT(
            "ztnio.transport",
            "zerotier",
            "zerotier, overlay-udp or overlay-memory",
            "What carries the networks: the ZeroTier protocol, this library's own overlay over UDP (its state is in the "
                    + "home's folder overlay), or an overlay within this process, which stores nothing."),
    OVERLAY_PEERS(
            "ztnio.overlay.peers",
            "",
            "host:port, IPv6 addresses in brackets, separated by commas",
            "Overlay nodes to ask for the others."),
    OVERLAY_KEY(
            "ztnio.overlay.key",
            "",
            "64 hexadecimal digits or a phrase of at least 8 characters",
            "The key of the overlay networks: who has it is a member. A command line is visible to others; prefer the file."),
    OVERLAY_KEY_FILE("ztnio.overlay.key.file", "", "a readable file with such a key", "The same from a file."),
    OVERLAY_ALLOW(
            "ztnio.overlay.allow",
            "",
            "public identities as in identity.public (id:key), separated by commas",
            "Lets in only these, whether there is a key or not."),
    OVERLAY_ADDRESSES(
            "ztnio.overlay.addresses",
            "",
            "addresses with their prefixes such as 10.5.0.1/24, separated by commas",
            "Own addresses on the overlay, besides the IPv6 address that follows from the node's id."),
    OVERLAY_NAME(
            "ztnio.overlay.name",
            "",
            "small letters, digits and hyphens, at most 63",
            "The name that this node tells the others."),
    OVERLAY_INSECURE(
            "ztnio.overlay.insecure",
            "false",
            "true or false",
            "Turns encryption off, to debug: whoever reaches the port is a member."),
    OVERLAY_HUB("ztnio.overlay.hub", "ztnio", "a name", "With overlay-memory: nodes that name the same hub meet.");

    private final String key;
    private final String defaultValue;
    private final String allowed;
    private final String description;

    ConfigKey(String key, String defaultValue, String allowed, String description) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.allowed = allowed;
        this.description = description;
    }

    /** The system property and properties file key. */
    public String key() {
        return key;
    }

    /** The environment variable. */
    public String environmentVariable() {
        return key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** The value that is used when the key is absent; empty for none. */
    public String defaultValue() {
        return defaultValue;
    }

    /** What values are accepted, as a noun phrase. */
    public String allowed() {
        return allowed;
    }

    /** Whether messages must not show the value. */
    boolean isSecret() {
        return this == OVERLAY_KEY;
    }

    /** What the key is for, in a sentence or two. */
    public String description() {
        return description;
    }

    static Optional<ConfigKey> ofKey(String name) {
        return Arrays.stream(values()).filter(k -> k.key.equals(name)).findFirst();
    }

    static Optional<ConfigKey> ofEnvironmentVariable(String name) {
        return Arrays.stream(values())
                .filter(k -> k.environmentVariable().equals(name))
                .findFirst();
    }
}
