package io.ztnio.protocol.vl1;

import io.ztnio.protocol.config.InetPrefix;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How packets to a peer that is reached by several links are spread over them ({@code protocol.md} 8.12). A link is a local
 * interface with an address of the peer. Immutable.
 *
 * @param standard for every peer that is not named; empty for one path at a time
 * @param byPeer by ZeroTier address
 */
public record Bonding(Optional<Terms> standard, Map<Long, Terms> byPeer) {
    /** One path at a time. */
    public static final Bonding NONE = new Bonding(Optional.empty(), Map.of());

    /** What is done with the links; the codes are the daemon's. */
    public enum Policy {
        /** One link; another when it fails. */
        ACTIVE_BACKUP(1),
        /** Frames by every link. */
        BROADCAST(2),
        /** A run of packets by each link in turn: connections are reordered. */
        BALANCE_RR(3),
        /** A flow stays on the link that its ports say. */
        BALANCE_XOR(4),
        /** A flow stays on a link, and good links get more of them. */
        BALANCE_AWARE(5);

        private final int code;

        Policy(int code) {
            this.code = code;
        }

        /** The daemon's number of it. */
        public int code() {
            return code;
        }

        /** As {@code local.conf} calls it, such as {@code active-backup}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The policy that {@code local.conf} calls so; empty if there is none. */
        public static Optional<Policy> of(String text) {
            return Arrays.stream(values())
                    .filter(policy -> policy.text().equals(text))
                    .findFirst();
        }
    }

    /** When active-backup leaves a link that works. */
    public enum Reselect {
        /** As soon as a primary one is there. */
        ALWAYS,
        /** When a primary one is there that is better. */
        BETTER,
        /** Never. */
        FAILURE,
        /** When any is better, every 15 s at most. */
        OPTIMIZE;

        /** As {@code local.conf} calls it; empty if there is none. */
        public static Optional<Reselect> of(String text) {
            return Arrays.stream(values())
                    .filter(method -> method.name().toLowerCase(Locale.ROOT).equals(text))
                    .findFirst();
        }
    }

    /** Which addresses of the peer a link is used for. */
    public enum Family {
        ANY(0),
        IPV4(4),
        IPV6(6),
        /** IPv6 only where there is no IPv4. */
        IPV4_FIRST(46),
        IPV6_FIRST(64);

        private final int code;

        Family(int code) {
            this.code = code;
        }

        /** By its number in {@code local.conf}; empty if there is none. */
        public static Optional<Family> of(int code) {
            return Arrays.stream(values()).filter(family -> family.code == code).findFirst();
        }

        /** Whether addresses of a version may be used at all. */
        public boolean allows(boolean ipv6) {
            return this != (ipv6 ? IPV4 : IPV6);
        }

        /** Whether addresses of a version are to be used if there are any. */
        public boolean prefers(boolean ipv6) {
            return this == ANY || (this == IPV6 || this == IPV6_FIRST) == ipv6;
        }
    }

    /**
     * What is said of a local interface.
     *
     * @param name of the interface
     * @param primary whether it is used while it works; others only when no primary one does
     * @param capacity in any unit, compared with the other links'; 0 if nothing is said
     * @param mtuBytes longest datagram; 0 for the usual one
     * @param failoverTo name of the interface to take when this one fails; empty for any
     */
    public record Link(
            String name,
            boolean enabled,
            boolean primary,
            int capacity,
            Family family,
            int mtuBytes,
            String failoverTo) {}

    /**
     * What a link is worth.
     *
     * @param maxLatencyMillis one way; links beyond any of the three are avoided
     * @param maxJitterMillis mean deviation of the latency
     * @param maxLoss share of the packets, 0 to 1
     * @param latencyWeight the weights are 1 together, or less
     */
    public record Quality(
            double maxLatencyMillis,
            double maxJitterMillis,
            double maxLoss,
            double latencyWeight,
            double jitterWeight,
            double lossWeight) {
        /** A third each. More loss is borne than by the daemon's default, which measures none. */
        public static final Quality STANDARD = new Quality(500, 100, 0.05, 1 / 3.0, 1 / 3.0, 1 / 3.0);
    }

    /**
     * One way to use several links.
     *
     * @param name as reports call it
     * @param failoverMillis a link that is silent for so long has failed; {@value #MIN_FAILOVER_MILLIS} at least
     * @param upDelayMillis how long a link that has failed must work before it is used again
     * @param downDelayMillis how much longer than the failover interval a link may be silent
     * @param packetsPerLink a run of balance-rr
     * @param links nothing said is every interface; else only those named are used
     */
    public record Terms(
            String name,
            Policy policy,
            int failoverMillis,
            int upDelayMillis,
            int downDelayMillis,
            int packetsPerLink,
            Reselect reselect,
            Quality quality,
            List<Link> links) {
        public static final int FAILOVER_MILLIS = 5_000;
        public static final int MIN_FAILOVER_MILLIS = 500;
        public static final int PACKETS_PER_LINK = 64;

        public Terms {
            failoverMillis = Math.max(MIN_FAILOVER_MILLIS, failoverMillis);
            upDelayMillis = Math.max(0, upDelayMillis);
            downDelayMillis = Math.max(0, downDelayMillis);
            packetsPerLink = Math.max(1, packetsPerLink);
            links = List.copyOf(links);
        }

        /** A policy as it is when nothing more is said. */
        public static Terms of(Policy policy) {
            return new Terms(
                    policy.text(),
                    policy,
                    FAILOVER_MILLIS,
                    0,
                    0,
                    PACKETS_PER_LINK,
                    Reselect.ALWAYS,
                    Quality.STANDARD,
                    List.of());
        }

        /** The same with another failover interval. */
        public Terms withFailover(int millis) {
            return new Terms(
                    name, policy, millis, upDelayMillis, downDelayMillis, packetsPerLink, reselect, quality, links);
        }

        /** The same with another way to leave a link, and other links. */
        public Terms withLinks(Reselect method, List<Link> named) {
            return new Terms(
                    name,
                    policy,
                    failoverMillis,
                    upDelayMillis,
                    downDelayMillis,
                    packetsPerLink,
                    method,
                    quality,
                    named);
        }
    }

    /**
     * The machine's interfaces, by which links are told apart and named.
     *
     * @param bySocket names of interfaces by the number of the socket; empty for one that is on all of them
     * @param attached networks that interfaces are on, for sockets on all of them
     */
    public record Interfaces(List<String> bySocket, List<Attached> attached) {
        /** Nothing is known. */
        public static final Interfaces UNKNOWN = new Interfaces(List.of(), List.of());

        /** A network that an interface is on. */
        public record Attached(InetPrefix network, String name) {}

        public Interfaces {
            bySocket = List.copyOf(bySocket);
            attached = List.copyOf(attached);
        }

        /** The interface that carries what a socket sends to an address; empty while that cannot be told. */
        public String name(int socket, InetAddress remote) {
            String bound = socket >= 0 && socket < bySocket.size() ? bySocket.get(socket) : "";
            if (!bound.isEmpty()) {
                return bound;
            }
            byte[] ip = remote.getAddress();
            return attached.stream()
                    .filter(candidate -> candidate.network().contains(ip))
                    .max(Comparator.comparingInt(
                            candidate -> candidate.network().bits()))
                    .map(Attached::name)
                    .orElse("");
        }
    }

    public Bonding {
        byPeer = Map.copyOf(byPeer);
    }

    /** These terms for every peer. */
    public static Bonding of(Terms terms) {
        return new Bonding(Optional.of(terms), Map.of());
    }
}
