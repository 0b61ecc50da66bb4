package io.ztnio.protocol.capture;

import io.ztnio.protocol.wire.Bytes;
import java.net.InetSocketAddress;

/**
 * A captured datagram.
 *
 * @param timeNanos since the epoch
 */
public record UdpDatagram(long timeNanos, InetSocketAddress source, InetSocketAddress destination, Bytes payload) {}
