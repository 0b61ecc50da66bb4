package io.ztnio.overlay.node;

import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.overlay.loop.EventLoop;
import io.ztnio.overlay.session.Handshake;
import io.ztnio.overlay.session.Session;
import java.net.InetSocketAddress;

/** A handshake that we began: first the reply is missing, then the first sealed frame that confirms it. */
final class Attempt implements IndexOwner {
    final Membership network;
    final InetSocketAddress endpoint;
    final int socket;
    final Handshake handshake;
    final byte[] init;
    int localIndex;
    int tries;
    int refusals;
    EventLoop.Timer timer;

    /** Set when the reply has come: what is sent again until the other side confirms. */
    byte[] last;

    Session session;
    PublicIdentity identity;
    InetSocketAddress repliedFrom;
    int repliedSocket;

    Attempt(Membership network, InetSocketAddress endpoint, int socket, Handshake handshake, byte[] init) {
        this.network = network;
        this.endpoint = endpoint;
        this.socket = socket;
        this.handshake = handshake;
        this.init = init;
    }
}
