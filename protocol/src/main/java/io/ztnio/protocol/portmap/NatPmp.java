package io.ztnio.protocol.portmap;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** The packets of NAT-PMP, RFC 6886 section 3. Stateless. */
final class NatPmp {
    static final int VERSION = 0;
    static final int ADDRESS = 0;
    static final int MAP_UDP = 1;
    static final int SUCCESS = 0;

    private static final int RESPONSE = 128;
    private static final int HEAD_LENGTH = 8;
    private static final int ADDRESS_LENGTH = 12;
    private static final int MAP_LENGTH = 16;

    /**
     * What a gateway answers. Of a failure only opcode, result and epoch mean something.
     *
     * @param opcode of the request
     * @param result 0 for success
     * @param epochSeconds since the gateway lost its mappings
     * @param external its outer address, of {@link #ADDRESS}; otherwise {@code null}
     * @param internalPort of {@link #MAP_UDP}, as the rest
     */
    record Reply(
            int opcode,
            int result,
            long epochSeconds,
            InetAddress external,
            int internalPort,
            int externalPort,
            long lifetimeSeconds) {}

    private NatPmp() {}

    /** RFC 6886 section 3.2. */
    static byte[] addressRequest() {
        return new byte[] {VERSION, ADDRESS};
    }

    /** RFC 6886 sections 3.3 and 3.4; a lifetime of 0 deletes. */
    static byte[] mapRequest(int internalPort, int suggestedPort, long lifetimeSeconds) {
        byte[] request = new byte[12];
        ByteWriter writer = new ByteWriter(request, 0);
        writer.putByte(VERSION).putByte(MAP_UDP).putShort(0);
        writer.putShort(internalPort).putShort(suggestedPort).putInt((int) lifetimeSeconds);
        return request;
    }

    /** Reads an answer; empty if it is none, or too short for what it says to be. */
    static Optional<Reply> read(byte[] bytes, int length) {
        if (length < HEAD_LENGTH || bytes[0] != VERSION || (bytes[1] & RESPONSE) == 0) {
            return Optional.empty();
        }
        ByteReader reader = new ByteReader(bytes, 0, length);
        reader.skip(1);
        int opcode = reader.getByte() & ~RESPONSE;
        int result = reader.getShort();
        long epoch = Integer.toUnsignedLong(reader.getInt());
        if (result != SUCCESS) {
            return Optional.of(new Reply(opcode, result, epoch, null, 0, 0, 0));
        }
        if (opcode == ADDRESS && length >= ADDRESS_LENGTH) {
            return Optional.of(new Reply(opcode, result, epoch, address(reader.getBytes(4)), 0, 0, 0));
        }
        if (opcode == MAP_UDP && length >= MAP_LENGTH) {
            int internalPort = reader.getShort();
            int externalPort = reader.getShort();
            long lifetime = Integer.toUnsignedLong(reader.getInt());
            return Optional.of(new Reply(opcode, result, epoch, null, internalPort, externalPort, lifetime));
        }
        return Optional.empty();
    }

    private static InetAddress address(byte[] ip) {
        try {
            return InetAddress.getByAddress(ip);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 bytes are an address", e);
        }
    }
}
