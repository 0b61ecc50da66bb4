package io.ztnio.protocol.portmap;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.Bytes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** The packets of PCP, RFC 6887 sections 7 and 11, as far as MAP of UDP goes. Stateless. */
final class Pcp {
    static final int VERSION = 2;
    static final int ANNOUNCE = 0;
    static final int MAP = 1;
    static final int SUCCESS = 0;
    static final int UNSUPPORTED_VERSION = 1;
    static final int NONCE_LENGTH = 12;

    private static final int UDP = 17;
    private static final int RESPONSE = 0x80;
    private static final int HEAD_LENGTH = 24;
    private static final int MAP_LENGTH = 36;

    /** RFC 6887 section 7: the most that a message has. */
    private static final int MAX_LENGTH = 1100;

    /**
     * What a server answers.
     *
     * @param opcode of the request; {@link #ANNOUNCE} may come unasked
     * @param result 0 for success
     * @param lifetimeSeconds of the mapping, or of the failure
     * @param epochSeconds since the server lost its mappings
     * @param nonce of {@link #MAP}, as the rest; {@code null} if the message has none
     * @param external may be an IPv6 address, where the router translates into that
     */
    record Reply(
            int opcode,
            int result,
            long lifetimeSeconds,
            long epochSeconds,
            Bytes nonce,
            int internalPort,
            int externalPort,
            InetAddress external) {}

    private Pcp() {}

    /**
     * RFC 6887 sections 7.1 and 11.1.
     *
     * @param client our own address, as the server sees it unless there is another NAT between
     * @param suggestedIp of the same version
     * @param lifetimeSeconds 0 deletes
     */
    static byte[] mapRequest(
            InetAddress client,
            byte[] nonce,
            int internalPort,
            InetAddress suggestedIp,
            int suggestedPort,
            long lifetimeSeconds) {
        byte[] request = new byte[HEAD_LENGTH + MAP_LENGTH];
        ByteWriter writer = new ByteWriter(request, 0);
        writer.putByte(VERSION).putByte(MAP).putShort(0).putInt((int) lifetimeSeconds);
        putAddress(writer, client);
        writer.putBytes(nonce).putByte(UDP).putByte(0).putShort(0);
        writer.putShort(internalPort).putShort(suggestedPort);
        putAddress(writer, suggestedIp);
        return request;
    }

    /** RFC 6887 section 5: an IPv4 address is one of ::ffff:0:0/96. */
    private static void putAddress(ByteWriter writer, InetAddress ip) {
        byte[] bytes = ip.getAddress();
        if (bytes.length == 4) {
            writer.putLong(0).putShort(0).putShort(0xffff);
        }
        writer.putBytes(bytes);
    }

    /** Reads an answer; empty if it is none, or malformed (RFC 6887 section 8.3). */
    static Optional<Reply> read(byte[] bytes, int length) {
        if (length < HEAD_LENGTH || length > MAX_LENGTH || length % 4 != 0 || bytes[0] != VERSION) {
            return Optional.empty();
        }
        ByteReader reader = new ByteReader(bytes, 0, length);
        reader.skip(1);
        int opcode = reader.getByte();
        if ((opcode & RESPONSE) == 0) {
            return Optional.empty();
        }
        opcode &= ~RESPONSE;
        reader.skip(1);
        int result = reader.getByte();
        long lifetime = Integer.toUnsignedLong(reader.getInt());
        long epoch = Integer.toUnsignedLong(reader.getInt());
        reader.skip(12);
        if (opcode != MAP || length < HEAD_LENGTH + MAP_LENGTH) {
            return opcode == MAP && result == SUCCESS
                    ? Optional.empty()
                    : Optional.of(new Reply(opcode, result, lifetime, epoch, null, 0, 0, null));
        }
        Bytes nonce = Bytes.of(reader.getBytes(NONCE_LENGTH));
        boolean udp = reader.getByte() == UDP;
        reader.skip(3);
        int internalPort = reader.getShort();
        int externalPort = reader.getShort();
        InetAddress external = address(reader.getBytes(16));
        return udp
                ? Optional.of(new Reply(opcode, result, lifetime, epoch, nonce, internalPort, externalPort, external))
                : Optional.empty();
    }

    /** The JDK makes an IPv4 address of a mapped one. */
    private static InetAddress address(byte[] ip) {
        try {
            return InetAddress.getByAddress(ip);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
