package io.ztnio.tcpip.ip;

import io.ztnio.tcpip.DropCounters;
import io.ztnio.tcpip.DropReason;
import io.ztnio.tcpip.share.Largest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Reassembly of IPv4 and IPv6 fragments, bounded in bytes and datagrams. What is over the budget pushes out the oldest
 * datagram of the neighbour that has most here, and of its addresses that which has most, so that nobody keeps others from
 * sending in fragments.
 *
 * <p>Thread: confined to the gate.
 */
final class Reassembler {
    /** Of the first fragment to arrive (RFC 1122 3.3.2 leaves 60 to 120 s to choice; Linux takes 30). */
    static final long IPV4_LIFETIME_NANOS = 30_000_000_000L;

    /** RFC 8200 4.5. */
    static final long IPV6_LIFETIME_NANOS = 60_000_000_000L;

    static final int BUDGET_BYTES = 4 << 20;
    static final int MAX_DATAGRAMS = 128;
    private static final int DISCARDED_FRACTION = 8;

    private final DropCounters drops;
    /** Oldest first. */
    private final List<Datagram> datagrams = new ArrayList<>();

    private int heldBytes;

    Reassembler(DropCounters drops) {
        this.drops = drops;
    }

    int heldBytes() {
        return heldBytes;
    }

    int heldDatagrams() {
        return datagrams.size();
    }

    /**
     * Takes one fragment.
     *
     * @param sourceMac the neighbour that it came from
     * @param headerOffset of the fragment's IP header, which is kept if it is the first fragment
     * @param nextHeader what the payload of the first fragment starts with
     * @return the datagram, if this completes it
     */
    Datagram add(
            IpInterface link,
            long sourceMac,
            InetAddress source,
            InetAddress destination,
            int protocol,
            int identification,
            int fragmentOffset,
            boolean more,
            byte[] buffer,
            int headerOffset,
            int headerLength,
            int offset,
            int length,
            int nextHeader,
            int trafficClass,
            long lifetimeNanos,
            long nowNanos) {
        if (length <= 0 || (more && (length & 7) != 0) || fragmentOffset + length > Datagram.MAX_PAYLOAD) {
            drops.count(DropReason.MALFORMED_FRAGMENT);
            return null;
        }
        Datagram datagram = find(link, sourceMac, source, destination, protocol, identification);
        if (datagram == null) {
            datagram = new Datagram(
                    link, sourceMac, source, destination, protocol, identification, nowNanos + lifetimeNanos);
            datagrams.add(datagram);
            heldBytes += datagram.bytes.length;
        }
        int before = datagram.bytes.length;
        Datagram.Outcome outcome = datagram.add(fragmentOffset, more, buffer, offset, length);
        heldBytes += datagram.bytes.length - before;
        if (fragmentOffset == 0) {
            datagram.header(buffer, headerOffset, headerLength);
            datagram.nextHeader = nextHeader;
            datagram.trafficClass = trafficClass;
        }
        switch (outcome) {
            case COMPLETE -> {
                remove(datagram);
                return datagram;
            }
            case OVERLAP -> discard(datagram, DropReason.FRAGMENT_OVERLAP);
            case MALFORMED -> discard(datagram, DropReason.MALFORMED_FRAGMENT);
            case TAKEN -> {
                while (heldBytes > BUDGET_BYTES) {
                    makeRoom(each -> each.bytes.length);
                }
                if (datagrams.size() > MAX_DATAGRAMS) {
                    makeRoom(each -> 1);
                }
            }
        }
        return null;
    }

    /** Gives up what is too old. Returns the next deadline, or {@code Long.MAX_VALUE}. */
    long turn(long nowNanos) {
        long next = Long.MAX_VALUE;
        for (int i = datagrams.size() - 1; i >= 0; i--) {
            Datagram datagram = datagrams.get(i);
            if (datagram.deadlineNanos <= nowNanos) {
                discard(datagram, DropReason.REASSEMBLY_TIMEOUT);
            } else {
                next = Math.min(next, datagram.deadlineNanos);
            }
        }
        return next;
    }

    /** Gives up what arrived through a link that is gone. */
    void forget(IpInterface link) {
        for (int i = datagrams.size() - 1; i >= 0; i--) {
            if (datagrams.get(i).link == link) {
                remove(datagrams.get(i));
            }
        }
    }

    /** Discards some at once, so that full buffers are looked through seldom. */
    private void makeRoom(ToIntFunction<Datagram> weight) {
        long mac = Largest.holder(datagrams, each -> each.sourceMac, weight);
        List<Datagram> ofMac = new ArrayList<>(datagrams);
        ofMac.removeIf(each -> each.sourceMac != mac);
        InetAddress source = Largest.holder(ofMac, each -> each.source, weight);
        List<Datagram> ofSource = new ArrayList<>(ofMac);
        ofSource.removeIf(each -> !each.source.equals(source));
        List<Datagram> going = ofSource.size() > 1 ? ofSource : ofMac;
        going.subList(0, Math.max(1, going.size() / DISCARDED_FRACTION))
                .forEach(each -> discard(each, DropReason.REASSEMBLY_BUDGET));
    }

    private Datagram find(
            IpInterface link, long mac, InetAddress source, InetAddress destination, int protocol, int id) {
        for (int i = datagrams.size() - 1; i >= 0; i--) {
            Datagram datagram = datagrams.get(i);
            if (datagram.matches(link, mac, source, destination, protocol, id)) {
                return datagram;
            }
        }
        return null;
    }

    private void discard(Datagram datagram, DropReason reason) {
        drops.count(reason);
        remove(datagram);
    }

    private void remove(Datagram datagram) {
        datagrams.remove(datagram);
        heldBytes -= datagram.bytes.length;
    }
}
