package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.Route;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.IpAddresses;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All links' addresses and routes at one moment. A change makes a new table.
 *
 * <p>Thread: immutable.
 */
final class RoutingTable {
    /** A destination, the link that leads there and the neighbour to hand packets to, {@code null} for themselves. */
    private record Entry(IpPrefix target, Attachment via, InetAddress gateway) {}

    /** Where to send packets of a source and a destination. */
    record Choice(IpInterface link, InetAddress local, InetAddress nextHop, Kind kind) {}

    /** How a destination is reached. */
    enum Kind {
        NEIGHBOR,
        /** One of our own addresses. */
        LOCAL,
        BROADCAST,
        MULTICAST
    }

    private record Attachment(IpInterface link, LinkConfig config) {}

    private final List<Attachment> attachments = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<InetAddress, IpInterface> owners = new HashMap<>();
    private final List<Attachment> loopbacks = new ArrayList<>();
    private final int[] subnetBroadcasts;

    /** Takes the links in the order of their preference. */
    RoutingTable(List<IpInterface> links) {
        for (IpInterface link : links) {
            LinkConfig config = link.config();
            Attachment attachment = new Attachment(link, config);
            attachments.add(attachment);
            if (link.isLoopback()) {
                loopbacks.add(attachment);
            }
            for (IpPrefix address : config.addresses()) {
                entries.add(new Entry(address, attachment, null));
                owners.putIfAbsent(address.address(), link);
            }
            for (Route route : config.routes()) {
                entries.add(
                        new Entry(route.target(), attachment, route.gateway().orElse(null)));
            }
        }
        subnetBroadcasts = links.stream()
                .flatMapToInt(link -> Arrays.stream(subnetBroadcasts(link.config())))
                .toArray();
        // Stable: among equal lengths the link attached first, and on-link before routed.
        entries.sort(Comparator.comparingInt(entry -> -entry.target().bits()));
    }

    /** The link that has the address as its own, or {@code null}. */
    IpInterface owner(InetAddress address) {
        IpInterface owner = owners.get(address);
        for (int i = 0; owner == null && i < loopbacks.size(); i++) {
            if (isOwnOf(loopbacks.get(i), address)) {
                owner = loopbacks.get(i).link();
            }
        }
        int scope = IpAddresses.linkScope(address);
        return owner == null || scope == 0 || scope == owner.scopeId() ? owner : null;
    }

    /** Whether it is the directed broadcast address of a subnet of any link. */
    boolean isSubnetBroadcast(int ipv4) {
        for (int subnet : subnetBroadcasts) {
            if (subnet == ipv4) {
                return true;
            }
        }
        return false;
    }

    /** The way from {@code local} ({@code null}: choose) to {@code remote}, or {@code null} if there is none. */
    Choice choose(InetAddress local, InetAddress remote) {
        InetAddress wanted = local == null || local.isAnyLocalAddress() ? null : local;
        if (remote.isAnyLocalAddress() || (wanted != null && isIpv4(wanted) != isIpv4(remote))) {
            return null;
        }
        if (wanted != null && owner(wanted) == null) {
            return null;
        }
        IpInterface owner = owner(remote);
        if (owner != null && (owner.isLoopback() || !remote.isLoopbackAddress())) {
            return new Choice(owner, wanted == null ? sourceTo(owner, remote) : wanted, remote, Kind.LOCAL);
        }
        if (remote.isLoopbackAddress()) {
            return null;
        }
        if (remote.isMulticastAddress()) {
            return group(wanted, remote, Kind.MULTICAST);
        }
        if (isLimitedBroadcast(remote)) {
            return group(wanted, remote, Kind.BROADCAST);
        }
        for (Entry entry : entries) {
            if (entry.target().contains(remote) && isOn(entry.via().link(), wanted, remote)) {
                Choice choice = through(entry, wanted, remote);
                if (choice != null) {
                    return choice;
                }
            }
        }
        return null;
    }

    /** Who talks to an own address: that address, but 127.0.0.1 to all of 127.0.0.0/8, if that is how it was configured. */
    private static InetAddress sourceTo(IpInterface owner, InetAddress remote) {
        if (remote.isLoopbackAddress()) {
            for (IpPrefix own : owner.config().addresses()) {
                if (own.address().isLoopbackAddress() && own.contains(remote)) {
                    return own.address();
                }
            }
        }
        return remote;
    }

    /** The own address of a link to talk to {@code remote} from, or {@code null}. */
    static InetAddress sourceFor(LinkConfig config, InetAddress remote) {
        return SourceSelection.choose(config, remote);
    }

    /** Whether the address is the directed broadcast address of one of the link's subnets. */
    static boolean isSubnetBroadcast(LinkConfig config, InetAddress address) {
        for (IpPrefix own : config.addresses()) {
            if (isIpv4(own.address()) && own.bits() < 31 && own.contains(address)) {
                byte[] bytes = address.getAddress();
                int hostBits = 32 - own.bits();
                int value = BigEndian.i32(bytes, 0);
                int mask = hostBits == 32 ? -1 : (1 << hostBits) - 1;
                if ((value & mask) == mask) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The directed broadcast addresses of the link's subnets, for a check of every packet. */
    static int[] subnetBroadcasts(LinkConfig config) {
        return config.addresses().stream()
                .filter(own -> isIpv4(own.address()) && own.bits() < 31)
                .mapToInt(own -> BigEndian.i32(own.address().getAddress(), 0) | -1 >>> own.bits())
                .toArray();
    }

    private static Choice through(Entry entry, InetAddress wanted, InetAddress remote) {
        LinkConfig config = entry.via().config();
        InetAddress nextHop = entry.gateway() == null ? remote : entry.gateway();
        InetAddress local = wanted;
        if (local == null) {
            // The gateway's subnet (RFC 6724 rule 5.5), unless its address says nothing of it.
            local = sourceFor(config, nextHop.isLinkLocalAddress() ? remote : nextHop);
            if (local != null && isLinkLocal(local) && !isLinkLocal(remote)) {
                // Nobody beyond the link could answer.
                local = null;
            }
        } else if (!isOwnOf(entry.via(), local)) {
            local = null;
        }
        if (local == null) {
            return null;
        }
        boolean broadcast = entry.gateway() == null && isIpv4(remote) && isSubnetBroadcast(config, remote);
        return new Choice(entry.via().link(), local, nextHop, broadcast ? Kind.BROADCAST : Kind.NEIGHBOR);
    }

    /** The ways to a group, or to everybody (255.255.255.255), over each link that has an address to send from. */
    List<Choice> chooseAll(InetAddress remote) {
        List<Choice> all = new ArrayList<>();
        Kind kind = remote.isMulticastAddress() ? Kind.MULTICAST : Kind.BROADCAST;
        for (Attachment attachment : attachments) {
            InetAddress local = sourceFor(attachment.config(), remote);
            if (local != null && !attachment.link().isLoopback()) {
                all.add(new Choice(attachment.link(), local, remote, kind));
            }
        }
        return all;
    }

    private Choice group(InetAddress wanted, InetAddress remote, Kind kind) {
        int scope = IpAddresses.linkScope(remote);
        for (Attachment attachment : attachments) {
            if (scope != 0 && scope != attachment.link().scopeId()) {
                continue;
            }
            InetAddress local = wanted;
            if (local == null) {
                local = sourceFor(attachment.config(), remote);
            } else if (!isOwnOf(attachment, local)) {
                local = null;
            }
            if (local != null) {
                return new Choice(attachment.link(), local, remote, kind);
            }
        }
        return null;
    }

    /**
     * Whether a link may lead to a destination as far as scopes say so: an address of a link's scope needs to be said with
     * the scope, or sent to from an address of that link (RFC 4007 6).
     */
    private static boolean isOn(IpInterface link, InetAddress wanted, InetAddress remote) {
        if (!isLinkLocal(remote)) {
            return true;
        }
        int scope = IpAddresses.linkScope(remote);
        return scope == link.scopeId() || (scope == 0 && wanted != null);
    }

    private static boolean isLinkLocal(InetAddress address) {
        return address instanceof Inet6Address && address.isLinkLocalAddress();
    }

    private static boolean isOwnOf(Attachment attachment, InetAddress address) {
        boolean loopback = attachment.link().isLoopback();
        for (IpPrefix own : attachment.config().addresses()) {
            if (loopback ? own.contains(address) : own.address().equals(address)) {
                return true;
            }
        }
        return false;
    }

    static boolean isLimitedBroadcast(InetAddress address) {
        return isIpv4(address) && BigEndian.i32(address.getAddress(), 0) == -1;
    }

    private static boolean isIpv4(InetAddress address) {
        return address instanceof Inet4Address;
    }
}
