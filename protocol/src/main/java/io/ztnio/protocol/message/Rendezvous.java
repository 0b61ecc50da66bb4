package io.ztnio.protocol.message;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * RENDEZVOUS: an upstream tells where another peer can be reached ({@code protocol.md} 4.6).
 *
 * @param flags 0
 */
public record Rendezvous(int flags, long peer, InetSocketAddress endpoint) {
    public static Optional<Rendezvous> read(ByteReader reader) {
        int flags = reader.getByte();
        long peer = reader.getAddress();
        int port = reader.getShort();
        int length = reader.getByte();
        if (length != 4 && length != 16) {
            reader.fail();
        }
        Bytes ip = Bytes.read(reader, length);
        return reader.ok()
                ? Optional.of(new Rendezvous(
                        flags, peer, new InetSocketAddress(SocketAddressField.address(ip.toByteArray()), port)))
                : Optional.empty();
    }

    public void write(ByteWriter writer) {
        byte[] ip = endpoint.getAddress().getAddress();
        writer.putByte(flags).putAddress(peer).putShort(endpoint.getPort());
        writer.putByte(ip.length).putBytes(ip);
    }
}
