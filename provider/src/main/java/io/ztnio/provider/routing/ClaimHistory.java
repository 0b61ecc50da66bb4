package io.ztnio.provider.routing;

import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each network has ever claimed in this process: traffic for an address that it has lost must not go to a stranger.
 *
 * <p>Thread: confined to its owner.
 */
final class ClaimHistory {
    /** Per network: a controller cannot make it grow for ever. */
    private static final int MAX_PREFIXES = 1024;

    private final Map<Long, Set<IpPrefix>> seen = new HashMap<>();

    /** Takes note of a link's destinations, as far as a network may claim them. */
    void note(long network, LinkConfig link) {
        Set<IpPrefix> known = seen.computeIfAbsent(network, id -> new LinkedHashSet<>());
        for (IpPrefix claim : RouteTable.destinations(link)) {
            if (PrivateRanges.contain(claim) && known.add(start(claim)) && known.size() > MAX_PREFIXES) {
                known.remove(known.iterator().next());
            }
        }
    }

    /** Everything that the network has claimed, what it claims now included. */
    List<IpPrefix> of(long network) {
        return List.copyOf(seen.getOrDefault(network, Set.of()));
    }

    /** The prefix without host bits, so that equal ones are. */
    static IpPrefix start(IpPrefix prefix) {
        byte[] address = prefix.address().getAddress();
        for (int i = 0; i < address.length; i++) {
            int kept = Math.max(0, Math.min(8, prefix.bits() - i * 8));
            address[i] &= (byte) (0xff00 >> kept);
        }
        try {
            return new IpPrefix(InetAddress.getByAddress(address), prefix.bits());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
