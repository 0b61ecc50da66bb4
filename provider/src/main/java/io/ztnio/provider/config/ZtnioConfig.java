package io.ztnio.provider.config;

import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The validated settings of this process; the keys and their meaning are in {@link ConfigKey}. Immutable.
 *
 * @param networks ids of the networks to join, those that the home is a member of included, without duplicates
 * @param home state directory; need not exist
 * @param port UDP port, 0 for any
 * @param bind local UDP addresses, empty for all
 * @param loopback whether loopback addresses may be paths
 * @param planetFile the roots; empty for those of the home, or the public ones
 * @param publicPlanetNamed whether the public planet is wanted by name, not for want of another
 * @param publicPlanetAllowed whether the public planet may be contacted at all
 * @param joinTimeout bound of the wait for the networks' configuration
 * @param peerTimeout how long a silent peer is sought before its connections end; 0 for ever
 * @param exitTimeout how long the end of the process may wait for peers; 0 for not at all
 * @param whenUnavailable what happens to traffic whose network cannot be had
 * @param routes destinations forced into ZeroTier
 * @param bypass destinations forced out of ZeroTier
 * @param bypassedPorts the same of one port each
 * @param capture what the stack of this process has instead of the operating system; nothing if there are networks
 * @param names what names are looked up in
 * @param wildcard where wildcard binds listen
 * @param tcpCongestion {@code cubic}, {@code reno} or {@code bbr}
 * @param tcpMinimumMss the least MSS of a peer that is believed, 48 to 536 bytes
 * @param udpOffload whether to hand runs of datagrams to the kernel in one piece
 * @param threads threads that share the work, 0 to 64; empty to choose by the machine
 * @param statusFile where the node writes its status, if anywhere
 * @param api whether the node serves the local API
 * @param transport what carries the networks
 * @param overlay what only the overlay needs
 * @param paths how the node's packets find their ways, by its home
 */
public record ZtnioConfig(
        List<Long> networks,
        Path home,
        int port,
        List<InetAddress> bind,
        boolean loopback,
        Optional<Path> planetFile,
        boolean publicPlanetNamed,
        boolean publicPlanetAllowed,
        Duration joinTimeout,
        Duration peerTimeout,
        Duration exitTimeout,
        WhenUnavailable whenUnavailable,
        List<IpPrefix> routes,
        List<IpPrefix> bypass,
        List<BypassedPort> bypassedPorts,
        CaptureSettings capture,
        NameSettings names,
        WildcardScope wildcard,
        String tcpCongestion,
        int tcpMinimumMss,
        UdpOffload udpOffload,
        OptionalInt threads,
        Optional<Path> statusFile,
        boolean api,
        Transport transport,
        OverlaySettings overlay,
        PathSettings paths) {

    public ZtnioConfig {
        networks = List.copyOf(networks);
        bind = List.copyOf(bind);
        routes = List.copyOf(routes);
        bypass = List.copyOf(bypass);
        bypassedPorts = List.copyOf(bypassedPorts);
    }

    /**
     * The configuration of this process: system properties, then environment variables, then the file named by
     * {@code ztnio.config}, then defaults.
     *
     * <p>Where no networks are named the others' values are not looked at.
     *
     * <p>A planet file need not be there yet: the node looks for it each time it is to start.
     *
     * @param warnings gets a line for each oddity that is no error
     * @throws ConfigException naming every unknown key and bad value, or a home of which it cannot be told what networks it
     *     has
     */
    public static ZtnioConfig load(Consumer<String> warnings) {
        return ConfigLoader.ofProcess(warnings).loadForChannels();
    }

    /** Whether there is anything to do but pass through. */
    public boolean hasNetworks() {
        return !networks.isEmpty();
    }
}
