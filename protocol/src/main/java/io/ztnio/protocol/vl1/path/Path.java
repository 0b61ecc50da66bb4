package io.ztnio.protocol.vl1.path;

import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.wire.IpScope;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/**
 * A way to a physical address: local socket, remote IP and port ({@code protocol.md} 8.3). One object per triple in
 * the {@link PathTable}, shared by the peers behind it. Thread: confined to the node.
 */
public final class Path {
    /** A time so long ago that every interval since then has passed. */
    public static final long NEVER = Long.MIN_VALUE / 4;

    /** How long a packet that proves common membership makes its path and its sender trusted. */
    public static final long TRUST_MILLIS = 600_000;

    private static final long ECHO_REPLY_MILLIS = 166;
    private static final long CONFIRM_HELLO_MILLIS = 1_000;

    public final int socket;
    public final InetSocketAddress remote;
    public final IpScope scope;

    /** Authenticated packets only: a forged datagram keeps nothing alive. */
    long lastReceiveMillis = NEVER;

    long lastSendMillis = NEVER;
    /** When a packet that proves common membership came directly over it. */
    long lastTrustedMillis = NEVER;

    long lastEchoReplyMillis = NEVER;
    long lastConfirmHelloMillis = NEVER;
    /** Longest datagram by configuration of the link; 0 for what suits the remote address. */
    int mtuBytes;

    /** Longest datagram to the remote address by configuration; 0 until it is asked for. */
    private int ruledMtuBytes;

    /** How long a datagram really may be; {@code null} until that matters, and where somebody has said it. */
    private MtuSearch mtuSearch;

    private boolean mtuIsSaid;

    /** The path to the same remote address from another local socket. */
    Path nextOfSameRemote;

    public Path(int socket, InetSocketAddress remote) {
        this.socket = socket;
        this.remote = remote;
        this.scope = IpScope.of(remote.getAddress());
    }

    public boolean isIpv6() {
        return remote.getAddress() instanceof Inet6Address;
    }

    /** Whether scope and IP version are those of another path. */
    public boolean isOfKind(Path other) {
        return scope == other.scope && isIpv6() == other.isIpv6();
    }

    /** An authentic packet came by it. */
    public void received(boolean trusted, long nowMillis) {
        lastReceiveMillis = nowMillis;
        if (trusted) {
            lastTrustedMillis = nowMillis;
        }
    }

    public void sent(long nowMillis) {
        lastSendMillis = nowMillis;
    }

    /** {@link #NEVER} if nothing has been sent. */
    public long lastSendMillis() {
        return lastSendMillis;
    }

    public boolean isTrusted(long nowMillis) {
        return nowMillis - lastTrustedMillis < TRUST_MILLIS;
    }

    /** Longest datagram, as its link says; 0 if nothing is said. */
    public void mtu(int bytes) {
        mtuBytes = bytes;
    }

    /** Longest datagram by it, as configured: what counts where it leads to a relay, behind which nobody knows. */
    public int mtu(PathPolicy policy) {
        if (mtuBytes != 0) {
            return mtuBytes;
        }
        if (ruledMtuBytes == 0) {
            ruledMtuBytes = policy.mtu(remote);
        }
        return ruledMtuBytes;
    }

    /** Longest datagram by it to the peer at its end: as configured, else as found. */
    public int directMtu(PathPolicy policy) {
        return mtuBytes == 0 && mtuSearch != null ? mtuSearch.bytes() : mtu(policy);
    }

    /** What is found out of how long a datagram may be; {@code null} if nothing is. */
    public MtuSearch mtuSearch() {
        return mtuSearch;
    }

    /** Begins to find out how long a datagram may be; false where that has been said. */
    public boolean beginMtuSearch(PathPolicy policy) {
        if (mtuIsSaid || mtuBytes != 0) {
            return false;
        }
        mtuIsSaid = !policy.findsMtu(remote);
        if (!mtuIsSaid) {
            mtuSearch = new MtuSearch();
        }
        return !mtuIsSaid;
    }

    /** When an authentic packet came by it; {@link #NEVER} if none has. */
    public long lastReceiveMillis() {
        return lastReceiveMillis;
    }

    /** Whether an ECHO may be answered; then it counts as answered. */
    public boolean admitEchoReply(long nowMillis) {
        if (nowMillis - lastEchoReplyMillis < ECHO_REPLY_MILLIS) {
            return false;
        }
        lastEchoReplyMillis = nowMillis;
        return true;
    }

    /** Whether a peer may be asked to confirm this path; then it counts as asked. Once per second. */
    public boolean admitConfirmation(long nowMillis) {
        if (nowMillis - lastConfirmHelloMillis < CONFIRM_HELLO_MILLIS) {
            return false;
        }
        lastConfirmHelloMillis = nowMillis;
        return true;
    }

    @Override
    public String toString() {
        return socket + ":" + remote;
    }
}
