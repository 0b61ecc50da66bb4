package io.ztnio.tcpip.udp;

import io.ztnio.tcpip.endpoint.SourceFilter;
import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.IpInterface;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The multicast groups of one endpoint. Thread: confined to the gate. */
final class Memberships {
    /** A group on a link, or on every link with {@code null}; its identity is the listener that IP knows. */
    private static final class Membership {
        private final InetAddress group;
        private final IpInterface link;
        private SourceFilter filter = SourceFilter.NONE;

        private Membership(InetAddress group, IpInterface link) {
            this.group = group;
            this.link = link;
        }
    }

    private final IpCore ip;
    private final List<Membership> joined = new ArrayList<>();

    Memberships(IpCore ip) {
        this.ip = ip;
    }

    SourceFilter filter(InetAddress group, IpInterface link) {
        Membership membership = find(group, link);
        return membership == null ? SourceFilter.NONE : membership.filter;
    }

    /** Replaces what is wanted of a group; {@link SourceFilter#NONE} leaves it. */
    void filter(InetAddress group, IpInterface link, SourceFilter filter) {
        Membership membership = find(group, link);
        if (membership == null) {
            if (filter.isNone()) {
                return;
            }
            membership = new Membership(group, link);
            joined.add(membership);
        } else if (filter.isNone()) {
            joined.remove(membership);
        }
        membership.filter = filter;
        ip.listen(membership, group, link, filter);
    }

    void leaveAll() {
        for (Membership membership : joined) {
            ip.listen(membership, membership.group, membership.link, SourceFilter.NONE);
        }
        joined.clear();
    }

    /** Whether a multicast to {@code group} is wanted. */
    boolean accept(InetAddress group, InetAddress source, IpInterface link) {
        for (int i = 0; i < joined.size(); i++) {
            Membership each = joined.get(i);
            if ((each.link == null || each.link == link) && each.group.equals(group) && each.filter.accepts(source)) {
                return true;
            }
        }
        return false;
    }

    private Membership find(InetAddress group, IpInterface link) {
        for (Membership each : joined) {
            if (each.link == link && each.group.equals(group)) {
                return each;
            }
        }
        return null;
    }
}
