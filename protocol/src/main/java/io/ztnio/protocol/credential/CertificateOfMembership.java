package io.ztnio.protocol.credential;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.Arrays;
import java.util.Optional;

/**
 * Proves that a member may take part in a network (COM): qualifiers of ID, value and largest difference
 * ({@code protocol.md} 6.5). Two members let each other in while the differences allow it.
 */
public final class CertificateOfMembership implements Credential {
    public static final int MAX_QUALIFIERS = 8;

    private static final int VERSION = 1;
    private static final int QUALIFIER_LENGTH = 24;
    private static final int ID_TIMESTAMP = 0;
    private static final int ID_NETWORK = 1;
    private static final int ID_MEMBER = 2;
    private static final int FIRST_ID_HASH = 3;
    private static final int HASH_WORDS = 4;

    private final byte[] qualifiers;
    private final long signedBy;
    private final byte[] signature;

    private CertificateOfMembership(byte[] qualifiers, long signedBy, byte[] signature) {
        this.qualifiers = qualifiers;
        this.signedBy = signedBy;
        this.signature = signature;
    }

    /** Issues the standard certificate of seven qualifiers, 272 bytes. */
    public static CertificateOfMembership sign(
            Identity signer, long networkId, long timestampMillis, long maxDeltaMillis, Identity member) {
        ByteWriter writer = new ByteWriter(7 * QUALIFIER_LENGTH);
        writer.putLong(ID_TIMESTAMP).putLong(timestampMillis).putLong(maxDeltaMillis);
        writer.putLong(ID_NETWORK).putLong(networkId).putLong(0);
        writer.putLong(ID_MEMBER).putLong(member.address()).putLong(-1);
        byte[] hash = member.publicHash();
        for (int i = 0; i < HASH_WORDS; i++) {
            writer.putLong(FIRST_ID_HASH + i)
                    .putLong(BigEndian.getLong(hash, i * 8))
                    .putLong(-1);
        }
        byte[] qualifiers = writer.toByteArray();
        return new CertificateOfMembership(qualifiers, signer.address(), signer.sign(qualifiers));
    }

    public static Optional<CertificateOfMembership> read(ByteReader reader) {
        int version = reader.getByte();
        int count = reader.getShort();
        if (version != VERSION || count > MAX_QUALIFIERS) {
            reader.fail();
        }
        byte[] qualifiers = reader.getBytes(count * QUALIFIER_LENGTH);
        for (int at = QUALIFIER_LENGTH; at < qualifiers.length; at += QUALIFIER_LENGTH) {
            long previous = BigEndian.getLong(qualifiers, at - QUALIFIER_LENGTH);
            if (Long.compareUnsigned(previous, BigEndian.getLong(qualifiers, at)) > 0) {
                reader.fail();
            }
        }
        long signedBy = reader.getAddress();
        byte[] signature = signedBy == 0 ? new byte[0] : reader.getBytes(Identity.SIGNATURE_LENGTH);
        return reader.ok()
                ? Optional.of(new CertificateOfMembership(qualifiers, signedBy, signature))
                : Optional.empty();
    }

    /**
     * Whether this, ours, lets the other in. Evaluated with our differences, and against whom the other really is.
     *
     * @param peer the other's identity
     */
    public boolean agreesWith(CertificateOfMembership other, Identity peer) {
        if (qualifiers.length == 0 || other.qualifiers.length == 0) {
            return false;
        }
        boolean hashed = false;
        for (int at = 0; at < qualifiers.length; at += QUALIFIER_LENGTH) {
            long id = BigEndian.getLong(qualifiers, at);
            int theirs = other.find(id);
            if (theirs < 0) {
                return false;
            }
            long mine = BigEndian.getLong(qualifiers, at + 8);
            long value = BigEndian.getLong(other.qualifiers, theirs + 8);
            long difference = Long.compareUnsigned(mine, value) > 0 ? mine - value : value - mine;
            if (Long.compareUnsigned(difference, BigEndian.getLong(qualifiers, at + 16)) > 0) {
                return false;
            }
            hashed |= id >= FIRST_ID_HASH && id < FIRST_ID_HASH + HASH_WORDS;
        }
        return !hashed || other.names(peer);
    }

    /** Whether the hash in this certificate is the identity's. */
    private boolean names(Identity peer) {
        byte[] hash = peer.publicHash();
        for (int i = 0; i < HASH_WORDS; i++) {
            int at = find(FIRST_ID_HASH + i);
            if (at < 0 || BigEndian.getLong(qualifiers, at + 8) != BigEndian.getLong(hash, i * 8)) {
                return false;
            }
        }
        return true;
    }

    private int find(long id) {
        for (int at = 0; at < qualifiers.length; at += QUALIFIER_LENGTH) {
            if (BigEndian.getLong(qualifiers, at) == id) {
                return at;
            }
        }
        return -1;
    }

    private long value(long id) {
        int at = find(id);
        return at < 0 ? 0 : BigEndian.getLong(qualifiers, at + 8);
    }

    @Override
    public void write(ByteWriter writer) {
        writer.putByte(VERSION).putShort(qualifiers.length / QUALIFIER_LENGTH).putBytes(qualifiers);
        writer.putAddress(signedBy).putBytes(signature);
    }

    @Override
    public int encodedLength() {
        return 3 + qualifiers.length + 5 + signature.length;
    }

    @Override
    public boolean verify(Identity signer) {
        return signer.address() == signedBy && signer.verify(qualifiers, signature);
    }

    @Override
    public CredentialType type() {
        return CredentialType.COM;
    }

    @Override
    public long networkId() {
        return value(ID_NETWORK);
    }

    @Override
    public long timestampMillis() {
        return value(ID_TIMESTAMP);
    }

    /** Our largest tolerated difference of timestamps. */
    public long maxDeltaMillis() {
        int at = find(ID_TIMESTAMP);
        return at < 0 ? 0 : BigEndian.getLong(qualifiers, at + 16);
    }

    @Override
    public int id() {
        return 0;
    }

    @Override
    public long issuedTo() {
        return value(ID_MEMBER) & 0xff_ffff_ffffL;
    }

    @Override
    public long signedBy() {
        return signedBy;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CertificateOfMembership that
                && signedBy == that.signedBy
                && Arrays.equals(qualifiers, that.qualifiers)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(qualifiers);
    }
}
