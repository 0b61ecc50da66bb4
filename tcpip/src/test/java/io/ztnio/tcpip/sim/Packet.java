package io.ztnio.tcpip.sim;

/** A packet under way; pooled. */
final class Packet {
    final byte[] bytes = new byte[3000];
    int length;
    long atNanos;
    long order;
    SimHost to;
    long pseudoHeaderSum;

    boolean isBefore(Packet other) {
        return atNanos != other.atNanos ? atNanos < other.atNanos : order < other.order;
    }
}
