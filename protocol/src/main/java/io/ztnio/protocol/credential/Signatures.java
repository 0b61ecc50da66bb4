package io.ztnio.protocol.credential;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;

/**
 * The signature fields and the signing form that tags, capabilities, ownership and revocations share ({@code protocol.md}
 * 6.6).
 */
final class Signatures {
    /** Type, length, signature. */
    static final int BLOCK_LENGTH = 3 + Identity.SIGNATURE_LENGTH;

    private static final int TYPE_ED25519 = 1;
    private static final long BRACKET = 0x7f7f7f7f7f7f7f7fL;

    private Signatures() {}

    /** Reads type, length and signature. */
    static byte[] read(ByteReader reader) {
        if (reader.getByte() != TYPE_ED25519 || reader.getShort() != Identity.SIGNATURE_LENGTH) {
            reader.fail();
        }
        return reader.getBytes(Identity.SIGNATURE_LENGTH);
    }

    static void write(ByteWriter writer, byte[] signature) {
        writer.putByte(TYPE_ED25519).putShort(Identity.SIGNATURE_LENGTH).putBytes(signature);
    }

    /** Skips the additional field at the end. It is not part of the signing form, so it must be empty to verify. */
    static void skipAdditional(ByteReader reader) {
        reader.skip(reader.getShort());
    }

    /** The fields between brackets of 0x7f, with an empty additional field. */
    static byte[] form(byte[] fields) {
        ByteWriter writer = new ByteWriter(fields.length + 18);
        return writer.putLong(BRACKET)
                .putBytes(fields)
                .putShort(0)
                .putLong(BRACKET)
                .toByteArray();
    }
}
