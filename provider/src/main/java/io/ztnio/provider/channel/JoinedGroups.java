package io.ztnio.provider.channel;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.SourceFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The multicast memberships of one datagram channel. There is no {@code NetworkInterface} of a virtual network (the JDK
 * cannot be told of one), so a membership on any interface is one on every virtual network too; several of one group
 * want there what at least one of them wants.
 *
 * <p>Thread: thread-safe.
 */
final class JoinedGroups {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<ZeroTierMembershipKey> keys = new ArrayList<>();
    /** The virtual half of the channel once it is there. */
    private DatagramEndpoint virtual;

    /** The key of a membership that exists, or {@code null}. */
    ZeroTierMembershipKey find(InetAddress group, NetworkInterface via, InetAddress source) {
        lock.lock();
        try {
            for (ZeroTierMembershipKey key : keys) {
                if (!key.isValid()
                        || !key.group().equals(group)
                        || !key.networkInterface().equals(via)) {
                    continue;
                }
                InetAddress existing = key.sourceAddress();
                if (existing == null ? source == null : existing.equals(source)) {
                    return key;
                }
                if (existing == null || source == null) {
                    // The JDK's words, which it has the wrong way round.
                    throw new IllegalStateException(
                            source == null
                                    ? "Already a member to receive all packets"
                                    : "Already have source-specific membership");
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The key of a membership, made unless it exists.
     *
     * @param host the host stack's channel, or {@code null} if it has no part
     * @param source the only source wanted, or {@code null} for all
     */
    MembershipKey join(
            ZeroTierDatagramChannel channel,
            DatagramChannel host,
            InetAddress group,
            NetworkInterface via,
            InetAddress source)
            throws IOException {
        lock.lock();
        try {
            ZeroTierMembershipKey existing = find(group, via, source);
            if (existing != null) {
                return existing;
            }
            MembershipKey inner = null;
            if (host != null) {
                inner = source == null ? host.join(group, via) : host.join(group, via, source);
            }
            ZeroTierMembershipKey key = new ZeroTierMembershipKey(channel, this, inner, group, via, source);
            keys.add(key);
            try {
                apply(group);
            } catch (IOException e) {
                keys.remove(key);
                if (inner != null) {
                    inner.drop();
                }
                throw e;
            }
            return key;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a membership in the virtual stack. */
    void drop(ZeroTierMembershipKey key) throws IOException {
        lock.lock();
        try {
            keys.removeIf(each -> each == key);
            apply(key.group());
        } finally {
            lock.unlock();
        }
    }

    /** Blocks a source of a membership, or unblocks it; nothing if it is so already. */
    void block(ZeroTierMembershipKey key, InetAddress source, boolean block) throws IOException {
        lock.lock();
        try {
            boolean changed = block ? key.blocked().add(source) : key.blocked().remove(source);
            if (!changed) {
                return;
            }
            try {
                apply(key.group());
            } catch (IOException e) {
                if (block) {
                    key.blocked().remove(source);
                } else {
                    key.blocked().add(source);
                }
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isBlocked(ZeroTierMembershipKey key, InetAddress source) {
        lock.lock();
        try {
            return key.blocked().contains(source);
        } finally {
            lock.unlock();
        }
    }

    /** Joins the groups in the virtual stack, whose endpoint is new. */
    void replay(DatagramEndpoint endpoint) throws IOException {
        lock.lock();
        try {
            virtual = endpoint;
            Set<InetAddress> groups = new HashSet<>();
            for (ZeroTierMembershipKey key : keys) {
                if (groups.add(key.group())) {
                    apply(key.group());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells the virtual half what all memberships of a group want together. By the lock. */
    private void apply(InetAddress group) throws IOException {
        if (virtual == null || !virtual.isOpen()) {
            return;
        }
        SourceFilter wanted = SourceFilter.NONE;
        for (ZeroTierMembershipKey key : keys) {
            if (key.group().equals(group)) {
                InetAddress source = key.sourceAddress();
                wanted = wanted.or(
                        source == null ? SourceFilter.except(key.blocked()) : SourceFilter.only(Set.of(source)));
            }
        }
        virtual.filter(group, null, wanted);
    }
}
