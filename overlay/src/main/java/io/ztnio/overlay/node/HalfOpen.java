package io.ztnio.overlay.node;

import io.ztnio.overlay.loop.EventLoop;
import io.ztnio.overlay.session.Handshake;
import java.net.InetSocketAddress;

/** A handshake that somebody began with us: the reply is sent, the last message is missing. */
final class HalfOpen implements IndexOwner {
    final Membership network;
    final Origin origin;
    final int socket;
    final Handshake handshake;
    final byte[] firstMessage;
    final long sinceNanos;
    final byte[] reply;
    int localIndex;
    EventLoop.Timer expiry;

    /** Who began it, as far as that can be told. */
    record Origin(InetSocketAddress address, int remoteIndex) {}

    HalfOpen(
            Membership network,
            Origin origin,
            int socket,
            Handshake handshake,
            byte[] firstMessage,
            byte[] reply,
            long nowNanos) {
        this.network = network;
        this.origin = origin;
        this.socket = socket;
        this.handshake = handshake;
        this.firstMessage = firstMessage;
        this.reply = reply;
        this.sinceNanos = nowNanos;
    }
}
