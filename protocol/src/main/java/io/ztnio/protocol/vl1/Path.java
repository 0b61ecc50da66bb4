package io.ztnio.protocol.vl1;

import io.ztnio.protocol.wire.IpScope;
import java.net.InetSocketAddress;

/**
 * A way to a physical address: local socket, remote IP and port ({@code protocol.md} 8.3). One object per triple in
 * the {@link PathTable}, shared by the peers behind it. Thread: confined to the node.
 */
final class Path {
    /** A time so long ago that every interval since then has passed. */
    static final long NEVER = Long.MIN_VALUE / 4;

    final int socket;
    final InetSocketAddress remote;
    final IpScope scope;

    /** Authenticated packets only: a forged datagram keeps nothing alive. */
    long lastReceiveMillis = NEVER;

    long lastSendMillis = NEVER;
    /** When a packet that proves common membership came directly over it. */
    long lastTrustedMillis = NEVER;

    long lastEchoReplyMillis = NEVER;
    long lastConfirmHelloMillis = NEVER;
    /** The path to the same remote address from another local socket. */
    Path nextOfSameRemote;

    Path(int socket, InetSocketAddress remote) {
        this.socket = socket;
        this.remote = remote;
        this.scope = IpScope.of(remote.getAddress());
    }

    boolean isIpv6() {
        return remote.getAddress() instanceof java.net.Inet6Address;
    }

    boolean isTrusted(long nowMillis) {
        return nowMillis - lastTrustedMillis < Timing.TRUST_MILLIS;
    }

    boolean isAlive(long nowMillis) {
        return nowMillis - lastReceiveMillis < Timing.PATH_ALIVE_MILLIS;
    }

    @Override
    public String toString() {
        return socket + ":" + remote;
    }
}
