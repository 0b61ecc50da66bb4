package io.ztnio.provider.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.MembershipKey;
import java.nio.channels.MulticastChannel;

/**
 * A membership: the JDK's own key, if the operating system has a part in it, behind one that names our channel.
 *
 * <p>Thread: thread-safe.
 */
final class ZeroTierMembershipKey extends MembershipKey {
    private final ZeroTierDatagramChannel channel;
    private final MembershipKey os;
    private final InetAddress group;
    private final NetworkInterface via;
    private final InetAddress source;
    private volatile boolean dropped;

    ZeroTierMembershipKey(
            ZeroTierDatagramChannel channel,
            MembershipKey os,
            InetAddress group,
            NetworkInterface via,
            InetAddress source) {
        this.channel = channel;
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
        channel.leave(this);
    }

    /** Blocks a source in the operating system's world; virtual networks know no source filters. */
    @Override
    public MembershipKey block(InetAddress blocked) throws IOException {
        if (os == null) {
            throw new UnsupportedOperationException("source filters are not supported on virtual networks");
        }
        os.block(blocked);
        return this;
    }

    @Override
    public MembershipKey unblock(InetAddress blocked) {
        if (os == null) {
            throw new IllegalStateException("not blocked");
        }
        os.unblock(blocked);
        return this;
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
