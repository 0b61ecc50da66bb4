package io.ztnio.protocol.credential;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteWriter;

/** Something that a network's controller has signed. Immutable; equal if all bytes are. */
public sealed interface Credential
        permits Capability, CertificateOfMembership, CertificateOfOwnership, Revocation, Tag {
    CredentialType type();

    long networkId();

    /** Epoch milliseconds; a revocation's is its threshold. */
    long timestampMillis();

    /** Distinguishes credentials of a type; 0 for a certificate of membership. */
    int id();

    /** Address of the member that it is about. */
    long issuedTo();

    /** Address of the controller that signed it; 0 if nobody has. */
    long signedBy();

    /** Whether the signature is {@code signer}'s, who must be {@link #signedBy}. */
    boolean verify(Identity signer);

    void write(ByteWriter writer);

    /** How many bytes {@link #write} appends. */
    int encodedLength();

    /** The bytes that {@link #write} appends. */
    default byte[] encode() {
        ByteWriter writer = new ByteWriter(encodedLength());
        write(writer);
        return writer.toByteArray();
    }
}
