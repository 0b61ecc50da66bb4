package io.ztnio.provider.channel;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.MembershipKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The multicast memberships of one datagram channel. There is no {@code NetworkInterface} of a virtual network (the JDK
 * cannot be told of one), so a membership on any interface is one on every virtual network too.
 *
 * <p>Thread: thread-safe.
 */
final class JoinedGroups {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<ZeroTierMembershipKey> keys = new ArrayList<>();

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
                    throw new IllegalStateException(
                            existing == null
                                    ? "Already a member to receive all packets"
                                    : "Already a member to receive from a source");
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    void add(ZeroTierMembershipKey key) {
        lock.lock();
        try {
            keys.add(key);
        } finally {
            lock.unlock();
        }
    }

    /** Whether any other membership of the group is left. */
    boolean remove(MembershipKey key) {
        lock.lock();
        try {
            keys.removeIf(each -> each == key);
            for (ZeroTierMembershipKey each : keys) {
                if (each.group().equals(key.group())) {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Joins the groups in the virtual world, whose endpoint is new. */
    void replay(DatagramEndpoint endpoint) throws IOException {
        lock.lock();
        try {
            for (ZeroTierMembershipKey key : keys) {
                if (key.sourceAddress() == null) {
                    endpoint.join(key.group(), null);
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
