package io.ztnio.protocol.dissect;

import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.wire.Verb;

/** The payloads of VL2: frames, multicast, configuration, credentials ({@code protocol.md} 4.7 to 4.15, 6.3 to 6.8). */
final class NetworkDissector {
    private static final int FLAG_COM = 0x01;
    private static final int MULTICAST_FRAME_FLAG_GATHER = 0x02;
    private static final int MULTICAST_FRAME_FLAG_SOURCE = 0x04;
    private static final int OK_FLAG_GATHER_RESULT = 0x02;

    private NetworkDissector() {}

    static void readPayload(FieldReader in, Verb verb) {
        switch (verb) {
            case FRAME -> {
                in.hex64("networkId");
                in.hex16("etherType");
                in.rest("frame");
            }
            case EXT_FRAME -> readExtFrame(in);
            case MULTICAST_LIKE ->
                in.listOfRest("subscriptions", part -> {
                    part.hex64("networkId");
                    readGroup(part);
                });
            case NETWORK_CREDENTIALS -> readCredentials(in);
            case NETWORK_CONFIG_REQUEST -> readConfigRequest(in);
            case NETWORK_CONFIG -> readConfigChunk(in);
            case MULTICAST_GATHER -> readGather(in);
            case MULTICAST_FRAME -> readMulticastFrame(in);
            default -> in.rest("data");
        }
    }

    private static void readGroup(FieldReader in) {
        in.mac("multicastMac");
        in.u32("adi");
    }

    private static void readExtFrame(FieldReader in) {
        in.hex64("networkId");
        int flags = in.u8("flags");
        if ((flags & FLAG_COM) != 0) {
            in.group("com", NetworkDissector::readCom);
        }
        in.mac("destinationMac");
        in.mac("sourceMac");
        in.hex16("etherType");
        in.rest("frame");
    }

    private static void readConfigRequest(FieldReader in) {
        in.hex64("networkId");
        in.blob("metadata", in.u16("metadataLength"));
        if (in.hasMore()) {
            in.u64("revision");
            in.u64("timestamp");
        }
    }

    static void readConfigChunk(FieldReader in) {
        in.hex64("networkId");
        in.blob("chunk", in.u16("chunkLength"));
        if (in.hasMore()) {
            in.u8("flags");
            in.hex64("updateId");
            in.u32("totalLength");
            in.u32("position");
            readSignature(in);
        }
    }

    private static void readGather(FieldReader in) {
        in.hex64("networkId");
        int flags = in.u8("flags");
        readGroup(in);
        in.u32("limit");
        if ((flags & FLAG_COM) != 0) {
            in.group("com", NetworkDissector::readCom);
        }
    }

    static void readOkGather(FieldReader in) {
        in.hex64("networkId");
        readGroup(in);
        readGatherResult(in);
    }

    static void readOkMulticastFrame(FieldReader in) {
        in.hex64("networkId");
        readGroup(in);
        int flags = in.u8("flags");
        if ((flags & FLAG_COM) != 0) {
            in.group("com", NetworkDissector::readCom);
        }
        if ((flags & OK_FLAG_GATHER_RESULT) != 0) {
            readGatherResult(in);
        }
    }

    private static void readGatherResult(FieldReader in) {
        in.u32("total");
        in.list("members", in.reader().getShort(), member -> member.address("address"));
    }

    private static void readMulticastFrame(FieldReader in) {
        in.hex64("networkId");
        int flags = in.u8("flags");
        if ((flags & FLAG_COM) != 0) {
            in.group("com", NetworkDissector::readCom);
        }
        if ((flags & MULTICAST_FRAME_FLAG_GATHER) != 0) {
            in.u32("gatherLimit");
        }
        if ((flags & MULTICAST_FRAME_FLAG_SOURCE) != 0) {
            in.mac("sourceMac");
        }
        readGroup(in);
        in.hex16("etherType");
        in.rest("frame");
    }

    private static void readCredentials(FieldReader in) {
        int coms = 0;
        while (in.hasMore() && in.reader().array()[in.reader().position()] != 0) {
            in.group("com" + (coms == 0 ? "" : coms), NetworkDissector::readCom);
            coms++;
        }
        if (in.hasMore()) {
            in.reader().skip(1);
        }
        if (in.hasMore()) {
            in.list("capabilities", in.reader().getShort(), NetworkDissector::readCapability);
        }
        if (in.hasMore()) {
            in.list("tags", in.reader().getShort(), NetworkDissector::readTag);
        }
        if (in.hasMore()) {
            in.list("revocations", in.reader().getShort(), NetworkDissector::readRevocation);
        }
        if (in.hasMore()) {
            in.list("certificatesOfOwnership", in.reader().getShort(), NetworkDissector::readOwnership);
        }
    }

    private static void readCom(FieldReader in) {
        if (in.u8("version") != 1) {
            in.reader().fail();
            return;
        }
        in.list("qualifiers", in.reader().getShort(), qualifier -> {
            qualifier.u64("id");
            qualifier.hex64("value");
            qualifier.hex64("maxDelta");
        });
        if (in.address("signedBy") != 0) {
            in.blob("signature", 96);
        }
    }

    private static void readSignature(FieldReader in) {
        in.u8("signatureType");
        in.blob("signature", in.reader().getShort());
    }

    private static void readCapability(FieldReader in) {
        in.hex64("networkId");
        in.u64("timestamp");
        in.u32("id");
        in.list("rules", in.reader().getShort(), rule -> {
            int type = rule.reader().getByte();
            rule.put("type", type & 0x3f);
            rule.put("not", (type & 0x80) != 0);
            rule.put("or", (type & 0x40) != 0);
            rule.blob("data", rule.reader().getByte());
        });
        in.u8("maxCustodyChain");
        int links = 0;
        while (in.reader().ok()) {
            long to = in.reader().getAddress();
            if (to == 0) {
                break;
            }
            in.group("custody" + links, link -> {
                link.put("to", Address.format(to));
                link.address("from");
                readSignature(link);
            });
            links++;
        }
        in.reader().skip(in.reader().getShort());
    }

    private static void readTag(FieldReader in) {
        in.hex64("networkId");
        in.u64("timestamp");
        in.u32("id");
        in.u32("value");
        in.address("issuedTo");
        readSignedEnd(in);
    }

    private static void readRevocation(FieldReader in) {
        in.reader().skip(4);
        in.u32("id");
        in.hex64("networkId");
        in.reader().skip(4);
        in.u32("credentialId");
        in.u64("threshold");
        in.u64("flags");
        in.address("target");
        in.address("signedBy");
        in.u8("credentialType");
        readSignature(in);
        in.reader().skip(in.reader().getShort());
    }

    private static void readOwnership(FieldReader in) {
        in.hex64("networkId");
        in.u64("timestamp");
        in.u64("flags");
        in.u32("id");
        in.list("things", in.reader().getShort(), thing -> {
            thing.u8("type");
            thing.blob("value", 16);
        });
        in.address("issuedTo");
        readSignedEnd(in);
    }

    private static void readSignedEnd(FieldReader in) {
        in.address("signedBy");
        readSignature(in);
        in.reader().skip(in.reader().getShort());
    }
}
