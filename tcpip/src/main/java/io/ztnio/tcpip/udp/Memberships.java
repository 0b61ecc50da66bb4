package io.ztnio.tcpip.udp;

import io.ztnio.tcpip.ip.IpCore;
import io.ztnio.tcpip.ip.IpInterface;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The multicast groups of one endpoint. Thread: confined to the gate. */
final class Memberships {
    /** A group on a link, or on every link with {@code null}. */
    private record Membership(InetAddress group, IpInterface link) {}

    private final IpCore ip;
    private final List<Membership> joined = new ArrayList<>();

    Memberships(IpCore ip) {
        this.ip = ip;
    }

    /** Returns false if it is joined already. */
    boolean join(InetAddress group, IpInterface link) {
        Membership membership = new Membership(group, link);
        if (joined.contains(membership)) {
            return false;
        }
        joined.add(membership);
        ip.join(group, link);
        return true;
    }

    /** Returns false if it is not joined. */
    boolean leave(InetAddress group, IpInterface link) {
        if (!joined.remove(new Membership(group, link))) {
            return false;
        }
        ip.leave(group, link);
        return true;
    }

    void leaveAll() {
        for (Membership membership : joined) {
            ip.leave(membership.group(), membership.link());
        }
        joined.clear();
    }

    boolean contains(InetAddress group, IpInterface link) {
        for (int i = 0; i < joined.size(); i++) {
            Membership each = joined.get(i);
            if (each.group().equals(group) && (each.link() == null || each.link() == link)) {
                return true;
            }
        }
        return false;
    }
}
