package io.ztnio.protocol.vl1.receive;

import java.net.InetSocketAddress;

/** Whence and when the datagram in hand came. One object, reused. Thread: confined to the node. */
final class Arrival {
    int socket;
    InetSocketAddress from;
    long ingressNanos;
    /** For how long we have kept it before we looked at what is in it. */
    long heldMillis;

    void set(int newSocket, InetSocketAddress newFrom, long newIngressNanos) {
        socket = newSocket;
        from = newFrom;
        ingressNanos = newIngressNanos;
        heldMillis = 0;
    }
}
