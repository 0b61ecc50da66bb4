package io.ztnio.protocol.dissect;

import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;

/** Texts for values that several payloads have. */
final class DissectedText {
    private DissectedText() {}

    /** {@code ip/port}, of 4 or 16 bytes. */
    static String endpoint(byte[] ip, int port) {
        return SocketAddressField.format(new InetSocketAddress(SocketAddressField.address(ip), port));
    }
}
