package io.ztnio.provider.channel;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.MembershipKey;
import java.nio.channels.MulticastChannel;
import java.util.HashSet;
import java.util.Set;

/**
 * A membership: the JDK's own key, if the operating system has a part in it, behind one that names our channel.
 *
 * <p>Thread: thread-safe.
 */
final class ZeroTierMembershipKey extends MembershipKey {
    private final ZeroTierDatagramChannel channel;
    private final JoinedGroups groups;
    private final MembershipKey os;
    private final InetAddress group;
    private final NetworkInterface via;
    private final InetAddress source;
    /** Sources not wanted. Guarded by {@link JoinedGroups}. */
    private final Set<InetAddress> blocked = new HashSet<>();

    private volatile boolean dropped;

    ZeroTierMembershipKey(
            ZeroTierDatagramChannel channel,
            JoinedGroups groups,
            MembershipKey os,
            InetAddress group,
            NetworkInterface via,
            InetAddress source) {
        this.channel = channel;
        this.groups = groups;
        this.os = os;
        this.group = group;
        this.via = via;
        this.source = source;
    }

    @Override
    public boolean isValid() {
        return !dropped && channel.isOpen() && (os == null || os.isValid());
    }

    @Override
    public void drop() {
        if (dropped) {
            return;
        }
        dropped = true;
        if (os != null) {
            os.drop();
        }
        try {
            groups.drop(this);
        } catch (IOException e) {
            System.getLogger("io.ztnio.provider").log(Level.DEBUG, "leaving a group failed", e);
        }
    }

    @Override
    public MembershipKey block(InetAddress toBlock) throws IOException {
        if (source != null) {
            throw new IllegalStateException("key is source-specific");
        }
        if (groups.isBlocked(this, toBlock)) {
            return this;
        }
        if (!isValid()) {
            throw new IllegalStateException("key is no longer valid");
        }
        checkSource(group, toBlock);
        if (os != null) {
            os.block(toBlock);
        }
        groups.block(this, toBlock, true);
        return this;
    }

    @Override
    public MembershipKey unblock(InetAddress toUnblock) {
        if (!groups.isBlocked(this, toUnblock)) {
            throw new IllegalStateException("not blocked");
        }
        if (!isValid()) {
            throw new IllegalStateException("key is no longer valid");
        }
        if (os != null) {
            os.unblock(toUnblock);
        }
        try {
            groups.block(this, toUnblock, false);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    /** Throws what the JDK throws for an address that is no source of a group. */
    static void checkSource(InetAddress group, InetAddress source) {
        if (source.isAnyLocalAddress()) {
            throw new IllegalArgumentException("Source address is a wildcard address");
        }
        if (source.isMulticastAddress()) {
            throw new IllegalArgumentException("Source address is multicast address");
        }
        if (source.getClass() != group.getClass()) {
            throw new IllegalArgumentException("Source address is different type to group");
        }
    }

    /** Sources not wanted. By the lock of {@link JoinedGroups}. */
    Set<InetAddress> blocked() {
        return blocked;
    }

    @Override
    public MulticastChannel channel() {
        return channel;
    }

    @Override
    public InetAddress group() {
        return group;
    }

    @Override
    public NetworkInterface networkInterface() {
        return via;
    }

    @Override
    public InetAddress sourceAddress() {
        return source;
    }

    @Override
    public String toString() {
        return "<" + group.getHostAddress() + "," + via.getName()
                + (source == null ? "" : "," + source.getHostAddress()) + ">";
    }
}
