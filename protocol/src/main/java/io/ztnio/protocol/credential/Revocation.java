package io.ztnio.protocol.credential;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.Arrays;
import java.util.Optional;

/**
 * Ends all credentials of a kind that a member was issued up to a moment: 152 bytes ({@code protocol.md} 6.8).
 */
public final class Revocation implements Credential {
    public static final int LENGTH = 152;
    /** Members pass it on to each other. */
    public static final long FLAG_FAST_PROPAGATE = 1;

    private final int id;
    private final long networkId;
    private final int credentialId;
    private final long thresholdMillis;
    private final long flags;
    private final long target;
    private final long signedBy;
    private final int revokedType;
    private final byte[] signature;

    private Revocation(Fields fields, long signedBy, byte[] signature) {
        this.id = fields.id;
        this.networkId = fields.networkId;
        this.credentialId = fields.credentialId;
        this.thresholdMillis = fields.thresholdMillis;
        this.flags = fields.flags;
        this.target = fields.target;
        this.revokedType = fields.revokedType;
        this.signedBy = signedBy;
        this.signature = signature;
    }

    /**
     * What a revocation says.
     *
     * @param id random
     * @param credentialId 0 for a certificate of membership
     * @param thresholdMillis credentials of this time or older are revoked
     * @param target the member
     * @param revokedType number of a {@link CredentialType}
     */
    public record Fields(
            int id, long networkId, int credentialId, long thresholdMillis, long flags, long target, int revokedType) {}

    public static Revocation sign(Identity signer, Fields fields) {
        Revocation unsigned = new Revocation(fields, signer.address(), new byte[0]);
        return new Revocation(fields, signer.address(), signer.sign(unsigned.signingForm()));
    }

    public static Optional<Revocation> read(ByteReader reader) {
        reader.skip(4);
        int id = reader.getInt();
        long networkId = reader.getLong();
        reader.skip(4);
        int credentialId = reader.getInt();
        long threshold = reader.getLong();
        long flags = reader.getLong();
        long target = reader.getAddress();
        long signedBy = reader.getAddress();
        Fields fields = new Fields(id, networkId, credentialId, threshold, flags, target, reader.getByte());
        Revocation revocation = new Revocation(fields, signedBy, Signatures.read(reader));
        Signatures.skipAdditional(reader);
        return reader.ok() ? Optional.of(revocation) : Optional.empty();
    }

    @Override
    public void write(ByteWriter writer) {
        writeFields(writer);
        Signatures.write(writer, signature);
        writer.putShort(0);
    }

    @Override
    public int encodedLength() {
        return LENGTH;
    }

    /** The bytes that are signed. */
    public byte[] signingForm() {
        ByteWriter writer = new ByteWriter(51);
        writeFields(writer);
        return Signatures.form(writer.toByteArray());
    }

    private void writeFields(ByteWriter writer) {
        writer.putInt(0).putInt(id).putLong(networkId).putInt(0).putInt(credentialId);
        writer.putLong(thresholdMillis).putLong(flags).putAddress(target).putAddress(signedBy);
        writer.putByte(revokedType);
    }

    @Override
    public boolean verify(Identity signer) {
        return signer.address() == signedBy && signer.verify(signingForm(), signature);
    }

    @Override
    public CredentialType type() {
        return CredentialType.REVOCATION;
    }

    @Override
    public long networkId() {
        return networkId;
    }

    @Override
    public long timestampMillis() {
        return thresholdMillis;
    }

    @Override
    public int id() {
        return id;
    }

    public int credentialId() {
        return credentialId;
    }

    /** What is revoked, or {@code null} if we do not know such a thing. */
    public CredentialType revokedType() {
        return CredentialType.of(revokedType);
    }

    public boolean isFastPropagate() {
        return (flags & FLAG_FAST_PROPAGATE) != 0;
    }

    @Override
    public long issuedTo() {
        return target;
    }

    @Override
    public long signedBy() {
        return signedBy;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Revocation that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }
}
