package io.ztnio.protocol.vl1.receive;

import java.net.InetSocketAddress;

/** Whence and when the datagram in hand came. One object, reused. Thread: confined to the node. */
final class Arrival {
    int socket;
    InetSocketAddress from;
    long ingressNanos;

    void set(int newSocket, InetSocketAddress newFrom, long newIngressNanos) {
        socket = newSocket;
        from = newFrom;
        ingressNanos = newIngressNanos;
    }
}
