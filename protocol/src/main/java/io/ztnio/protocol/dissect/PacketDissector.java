package io.ztnio.protocol.dissect;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.PacketHeader;
import io.ztnio.protocol.wire.Verb;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names the fields of headers and payloads ({@code protocol.md} 2 and 4). Values are numbers, strings (hexadecimal for IDs,
 * addresses, MACs and blobs), nested maps, and lists of maps; maps keep the
 * order of the wire. What cannot be parsed ends the map with {@code malformed: true}.
 */
public final class PacketDissector {
    private static final int HELLO_PLANET_LENGTH = 16;

    private PacketDissector() {}

    /**
     * The header of a packet, encrypted or not.
     *
     * @param length at least {@link PacketHeader#LENGTH}
     */
    public static Map<String, Object> header(byte[] packet, int offset, int length) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("packetId", String.format("%016x", PacketHeader.id(packet, offset)));
        fields.put("destination", Address.format(PacketHeader.destination(packet, offset)));
        fields.put("source", Address.format(PacketHeader.source(packet, offset)));
        fields.put("flags", String.format("%02x", PacketHeader.flags(packet, offset)));
        fields.put("cipher", PacketHeader.cipher(packet, offset));
        fields.put("fragmented", PacketHeader.isFragmented(packet, offset));
        fields.put("hops", PacketHeader.hops(packet, offset));
        fields.put("mac", String.format("%016x", PacketHeader.mac(packet, offset)));
        fields.put("length", length);
        return fields;
    }

    /**
     * The payload of a packet that has been opened and decompressed.
     *
     * @param verbCode 0 to 31
     * @param offset of the payload; HELLO's must have been unmasked
     */
    public static Map<String, Object> payload(int verbCode, byte[] bytes, int offset, int length) {
        FieldReader in = new FieldReader(new ByteReader(bytes, offset, length));
        in.put("verb", verbName(verbCode));
        Verb verb = Verb.of(verbCode);
        if (verb == null) {
            in.rest("data");
        } else {
            readPayload(in, verb);
        }
        return withTrouble(in);
    }

    private static Map<String, Object> withTrouble(FieldReader in) {
        if (!in.reader().ok()) {
            in.fields().put("malformed", true);
        } else if (in.hasMore()) {
            in.rest("trailing");
        }
        return in.fields();
    }

    private static String verbName(int code) {
        Verb verb = Verb.of(code);
        return verb == null ? String.format("0x%02x", code) : verb.name();
    }

    private static void readPayload(FieldReader in, Verb verb) {
        switch (verb) {
            case NOP -> {}
            case HELLO -> readHello(in);
            case OK -> readOk(in);
            case ERROR -> readError(in);
            case WHOIS -> in.listOfRest("addresses", part -> part.address("address"));
            case RENDEZVOUS -> readRendezvous(in);
            case ECHO, ACK, REMOTE_TRACE -> in.rest("data");
            case PUSH_DIRECT_PATHS -> in.list("paths", in.u16("count"), PacketDissector::readPath);
            case QOS_MEASUREMENT -> in.listOfRest("records", PacketDissector::readQosRecord);
            case PATH_NEGOTIATION_REQUEST ->
                in.put("utility", (int) (short) in.reader().getShort());
            case USER_MESSAGE -> {
                in.u64("type");
                in.rest("data");
            }
            default -> NetworkDissector.readPayload(in, verb);
        }
    }

    private static void readVersion(FieldReader in) {
        in.u8("protocolVersion");
        in.u8("major");
        in.u8("minor");
        in.u16("revision");
    }

    private static void readHello(FieldReader in) {
        readVersion(in);
        in.u64("timestamp");
        in.identity("identity");
        if (in.hasMore()) {
            in.socketAddress("physicalDestination");
        }
        if (in.reader().remaining() >= HELLO_PLANET_LENGTH) {
            in.u64("planetId");
            in.u64("planetTimestamp");
        }
        if (in.hasMore()) {
            in.list("moons", in.reader().getShort(), moon -> {
                moon.u8("type");
                moon.hex64("id");
                moon.u64("timestamp");
            });
        }
    }

    private static void readOk(FieldReader in) {
        int inRe = in.reader().getByte();
        in.put("inReVerb", verbName(inRe));
        in.hex64("inRePacketId");
        Verb verb = Verb.of(inRe);
        if (verb == null) {
            in.rest("data");
            return;
        }
        switch (verb) {
            case HELLO -> readOkHello(in);
            case WHOIS -> in.listOfRest("identities", part -> part.identity("identity"));
            case NETWORK_CONFIG_REQUEST, NETWORK_CONFIG -> NetworkDissector.readConfigChunk(in);
            case MULTICAST_GATHER -> NetworkDissector.readOkGather(in);
            case MULTICAST_FRAME -> NetworkDissector.readOkMulticastFrame(in);
            case EXT_FRAME -> in.hex64("networkId");
            default -> in.rest("data");
        }
    }

    private static void readOkHello(FieldReader in) {
        in.u64("timestamp");
        readVersion(in);
        if (in.hasMore()) {
            in.socketAddress("physicalSource");
        }
        if (!in.hasMore()) {
            return;
        }
        int end = in.reader().getShort() + in.reader().position();
        if (end > in.reader().position() + in.reader().remaining()) {
            in.reader().fail();
            return;
        }
        while (in.reader().ok() && in.reader().position() < end) {
            in.group("world@" + (end - in.reader().position()), PacketDissector::readWorld);
        }
    }

    private static void readWorld(FieldReader in) {
        int type = in.u8("type");
        in.u64("id");
        in.u64("timestamp");
        in.blob("updateKey", 64);
        in.blob("signature", 96);
        in.list("roots", in.reader().getByte(), root -> {
            root.identity("identity");
            root.list("endpoints", root.reader().getByte(), endpoint -> endpoint.socketAddress("endpoint"));
        });
        if (type == 127) {
            in.blob("attachment", in.reader().getShort());
        }
    }

    private static void readError(FieldReader in) {
        in.put("inReVerb", verbName(in.reader().getByte()));
        in.hex64("inRePacketId");
        int code = in.reader().getByte();
        ErrorCode error = ErrorCode.of(code);
        in.put("error", error == null ? String.format("0x%02x", code) : error.name());
        if (in.reader().remaining() >= 8) {
            in.hex64("networkId");
        }
        if (error == ErrorCode.UNWANTED_MULTICAST) {
            in.mac("multicastMac");
            in.u32("adi");
        } else if (in.hasMore()) {
            in.rest("data");
        }
    }

    private static void readRendezvous(FieldReader in) {
        in.u8("flags");
        in.address("peer");
        int port = in.reader().getShort();
        int length = in.reader().getByte();
        byte[] ip = in.reader().getBytes(length);
        if (ip.length == 4 || ip.length == 16) {
            in.put("endpoint", DissectedText.endpoint(ip, port));
        } else {
            in.reader().fail();
        }
    }

    private static void readPath(FieldReader in) {
        in.u8("flags");
        int extensionLength = in.reader().getShort();
        if (extensionLength > 0) {
            in.blob("extension", extensionLength);
        }
        int type = in.u8("type");
        int length = in.reader().getByte();
        if ((type == 4 && length == 6) || (type == 6 && length == 18)) {
            byte[] ip = in.reader().getBytes(length - 2);
            int port = in.reader().getShort();
            if (in.reader().ok()) {
                in.put("endpoint", DissectedText.endpoint(ip, port));
            }
        } else {
            in.blob("address", length);
        }
    }

    /** Little-endian, unlike all else. */
    private static void readQosRecord(FieldReader in) {
        in.put("packetId", String.format("%016x", Long.reverseBytes(in.reader().getLong())));
        in.put("holdMillis", Short.reverseBytes((short) in.reader().getShort()) & 0xffff);
    }
}
