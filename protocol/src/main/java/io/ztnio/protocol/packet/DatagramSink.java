package io.ztnio.protocol.packet;

/** Takes datagrams to send. Must be done with the bytes when it returns: they will be overwritten. */
@FunctionalInterface
public interface DatagramSink {
    void send(byte[] buffer, int offset, int length);
}
