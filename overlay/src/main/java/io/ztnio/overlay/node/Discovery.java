package io.ztnio.overlay.node;

import static io.ztnio.overlay.node.Membership.ATTEMPT_NANOS;
import static io.ztnio.overlay.node.Membership.FORGET_NANOS;
import static io.ztnio.overlay.node.Membership.LONGEST_PAUSE_NANOS;
import static io.ztnio.overlay.node.Membership.SECOND_NANOS;

import io.ztnio.overlay.identity.NodeId;
import io.ztnio.overlay.session.DropReason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where to look for members of a network that are not there yet: the places that the node was told of, and those that members
 * tell of. Thread: confined to the gate.
 */
final class Discovery {
    private static final long YIELD_NANOS = SECOND_NANOS;
    private static final int MAX_CANDIDATES = 256;
    private static final int MAX_CONTACTS = 4096;
    private static final int MAX_TRIES = 3;

    private final NodeCore node;
    private final Membership network;
    private final Map<Long, Candidate> candidates = new LinkedHashMap<>();
    private final Map<InetSocketAddress, Contact> contacts = new LinkedHashMap<>();

    /** A member that others know of. */
    private static final class Candidate {
        private InetSocketAddress endpoint;
        private long nextNanos;
        private int tries;
    }

    /** A place to look for members. */
    private static final class Contact {
        private long nextNanos;
        private long backoffNanos = ATTEMPT_NANOS;
        private long nodeId = -1;
    }

    Discovery(NodeCore node, Membership network) {
        this.node = node;
        this.network = network;
    }

    /** Tries those whose time has come. */
    void look(long nowNanos) {
        lookAtContacts(nowNanos);
        candidates.values().removeIf(candidate -> candidate.tries >= MAX_TRIES && nowNanos >= candidate.nextNanos);
        candidates.values().forEach(candidate -> tryCandidate(candidate, nowNanos));
    }

    private void lookAtContacts(long nowNanos) {
        for (InetSocketAddress endpoint : node.contacts()) {
            Contact contact = contacts.get(endpoint);
            if (contact == null && contacts.size() < MAX_CONTACTS) {
                contact = new Contact();
                contacts.put(endpoint, contact);
            }
            if (contact != null && nowNanos >= contact.nextNanos && !network.isReached(endpoint, contact.nodeId)) {
                node.handshakes().start(network, endpoint, -1, nowNanos);
                contact.nextNanos = nowNanos + contact.backoffNanos;
                contact.backoffNanos = Math.min(LONGEST_PAUSE_NANOS / 2, contact.backoffNanos * 2);
            }
        }
    }

    /** Who is there is not to be a member: no reason to look again soon. */
    void onRefused(InetSocketAddress endpoint, DropReason reason, long nowNanos) {
        Contact contact = contacts.get(endpoint);
        if (contact != null) {
            contact.backoffNanos = reason == DropReason.OWN_IDENTITY ? FORGET_NANOS : LONGEST_PAUSE_NANOS;
            contact.nextNanos = nowNanos + contact.backoffNanos;
        }
    }

    /**
     * A member is there.
     *
     * @param contacted where we had looked, {@code null} if it came by itself
     */
    void onFound(long nodeId, InetSocketAddress contacted) {
        candidates.remove(nodeId);
        Contact contact = contacted == null ? null : contacts.get(contacted);
        if (contact != null) {
            contact.nodeId = nodeId;
            contact.backoffNanos = ATTEMPT_NANOS;
        }
    }

    /** A member says where another one is. */
    void onIntroduced(Frames.Introduction peer, Member source, long nowNanos) {
        if (!isPlausible(peer, source) || network.isOnline(peer.nodeId())) {
            return;
        }
        Candidate candidate = candidates.get(peer.nodeId());
        if (candidate != null) {
            candidate.endpoint = peer.endpoint();
        } else if (candidates.size() < MAX_CANDIDATES) {
            candidate = new Candidate();
            candidates.put(peer.nodeId(), candidate);
            candidate.endpoint = peer.endpoint();
            // One of the two begins at once; the other one gives it a moment.
            candidate.nextNanos = node.id() < peer.nodeId() ? nowNanos : nowNanos + YIELD_NANOS;
            tryCandidate(candidate, nowNanos);
        }
    }

    private boolean isPlausible(Frames.Introduction peer, Member source) {
        InetAddress address = peer.endpoint().getAddress();
        return NodeId.isValid(peer.nodeId())
                && peer.nodeId() != node.id()
                && peer.endpoint().getPort() != 0
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !address.isLinkLocalAddress()
                // Loopback is a place that is meant only by those who are there themselves.
                && (!address.isLoopbackAddress() || source.endpoint.getAddress().isLoopbackAddress());
    }

    private void tryCandidate(Candidate candidate, long nowNanos) {
        if (nowNanos >= candidate.nextNanos && node.handshakes().start(network, candidate.endpoint, -1, nowNanos)) {
            candidate.tries++;
            candidate.nextNanos = nowNanos + LONGEST_PAUSE_NANOS;
        }
    }
}
