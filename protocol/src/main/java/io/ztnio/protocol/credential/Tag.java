package io.ztnio.protocol.credential;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.Arrays;
import java.util.Optional;

/** A number about a member, for rules to compare: 135 bytes ({@code protocol.md} 6.6). */
public final class Tag implements Credential {
    public static final int LENGTH = 135;

    private final long networkId;
    private final long timestampMillis;
    private final int id;
    private final int value;
    private final long issuedTo;
    private final long signedBy;
    private final byte[] signature;

    private Tag(
            long networkId, long timestampMillis, int id, int value, long issuedTo, long signedBy, byte[] signature) {
        this.networkId = networkId;
        this.timestampMillis = timestampMillis;
        this.id = id;
        this.value = value;
        this.issuedTo = issuedTo;
        this.signedBy = signedBy;
        this.signature = signature;
    }

    /** Issues a tag. */
    public static Tag sign(Identity signer, long networkId, long timestampMillis, int id, int value, long issuedTo) {
        Tag unsigned = new Tag(networkId, timestampMillis, id, value, issuedTo, signer.address(), new byte[0]);
        byte[] signature = signer.sign(unsigned.signingForm());
        return new Tag(networkId, timestampMillis, id, value, issuedTo, signer.address(), signature);
    }

    public static Optional<Tag> read(ByteReader reader) {
        Tag tag = new Tag(
                reader.getLong(),
                reader.getLong(),
                reader.getInt(),
                reader.getInt(),
                reader.getAddress(),
                reader.getAddress(),
                Signatures.read(reader));
        Signatures.skipAdditional(reader);
        return reader.ok() ? Optional.of(tag) : Optional.empty();
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
        ByteWriter writer = new ByteWriter(34);
        writeFields(writer);
        return Signatures.form(writer.toByteArray());
    }

    private void writeFields(ByteWriter writer) {
        writer.putLong(networkId).putLong(timestampMillis).putInt(id).putInt(value);
        writer.putAddress(issuedTo).putAddress(signedBy);
    }

    @Override
    public boolean verify(Identity signer) {
        return signer.address() == signedBy && signer.verify(signingForm(), signature);
    }

    @Override
    public CredentialType type() {
        return CredentialType.TAG;
    }

    @Override
    public long networkId() {
        return networkId;
    }

    @Override
    public long timestampMillis() {
        return timestampMillis;
    }

    @Override
    public int id() {
        return id;
    }

    public int value() {
        return value;
    }

    @Override
    public long issuedTo() {
        return issuedTo;
    }

    @Override
    public long signedBy() {
        return signedBy;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tag that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }
}
