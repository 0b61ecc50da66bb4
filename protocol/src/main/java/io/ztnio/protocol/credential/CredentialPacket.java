package io.ztnio.protocol.credential;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The payload of NETWORK_CREDENTIALS ({@code protocol.md} 4.11). Sections may be missing from the end. Immutable.
 */
public record CredentialPacket(
        List<CertificateOfMembership> memberships,
        List<Capability> capabilities,
        List<Tag> tags,
        List<Revocation> revocations,
        List<CertificateOfOwnership> ownership) {
    private static final int MEMBERSHIP_FOLLOWS = 1;
    private static final int END_OF_MEMBERSHIPS = 0;
    private static final int MAX_PER_SECTION = 128;

    public CredentialPacket {
        memberships = List.copyOf(memberships);
        capabilities = List.copyOf(capabilities);
        tags = List.copyOf(tags);
        revocations = List.copyOf(revocations);
        ownership = List.copyOf(ownership);
    }

    /** A packet of one revocation. */
    public static CredentialPacket of(Revocation revocation) {
        return new CredentialPacket(List.of(), List.of(), List.of(), List.of(revocation), List.of());
    }

    /** Reads to the end; the reader fails if anything is malformed. */
    public static Optional<CredentialPacket> read(ByteReader reader) {
        List<CertificateOfMembership> memberships = new ArrayList<>();
        while (reader.remaining() > 0 && reader.array()[reader.position()] == MEMBERSHIP_FOLLOWS) {
            CertificateOfMembership.read(reader).ifPresent(memberships::add);
        }
        if (reader.remaining() > 0 && reader.getByte() != END_OF_MEMBERSHIPS) {
            reader.fail();
        }
        CredentialPacket packet = new CredentialPacket(
                memberships,
                section(reader, Capability::read),
                section(reader, Tag::read),
                section(reader, Revocation::read),
                section(reader, CertificateOfOwnership::read));
        return reader.ok() ? Optional.of(packet) : Optional.empty();
    }

    private static <C> List<C> section(ByteReader reader, Function<ByteReader, Optional<C>> read) {
        List<C> result = new ArrayList<>();
        if (!reader.ok() || reader.remaining() == 0) {
            return result;
        }
        int count = reader.getShort();
        if (count > MAX_PER_SECTION) {
            reader.fail();
        }
        for (int i = 0; i < count && reader.ok(); i++) {
            read.apply(reader).ifPresent(result::add);
        }
        return result;
    }

    public void write(ByteWriter writer) {
        memberships.forEach(com -> com.write(writer));
        writer.putByte(END_OF_MEMBERSHIPS);
        write(writer, capabilities);
        write(writer, tags);
        write(writer, revocations);
        write(writer, ownership);
    }

    private static void write(ByteWriter writer, List<? extends Credential> credentials) {
        writer.putShort(credentials.size());
        credentials.forEach(credential -> credential.write(writer));
    }

    /** How many bytes {@link #write} appends. */
    public int encodedLength() {
        return 9 + length(memberships) + length(capabilities) + length(tags) + length(revocations) + length(ownership);
    }

    private static int length(List<? extends Credential> credentials) {
        return credentials.stream().mapToInt(Credential::encodedLength).sum();
    }
}
