package io.ztnio.protocol.credential;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which MAC and IP addresses are a member's own ({@code protocol.md} 6.8). */
public final class CertificateOfOwnership implements Credential {
    public static final int MAX_THINGS = 16;

    private static final int THING_LENGTH = 17;
    private static final int MAC = 1;
    private static final int IPV4 = 2;
    private static final int IPV6 = 3;

    private final long networkId;
    private final long timestampMillis;
    private final long flags;
    private final int id;
    private final byte[] things;
    private final long issuedTo;
    private final long signedBy;
    private final byte[] signature;

    private CertificateOfOwnership(CertificateOfOwnership unsigned, byte[] signature) {
        this.networkId = unsigned.networkId;
        this.timestampMillis = unsigned.timestampMillis;
        this.flags = unsigned.flags;
        this.id = unsigned.id;
        this.things = unsigned.things;
        this.issuedTo = unsigned.issuedTo;
        this.signedBy = unsigned.signedBy;
        this.signature = signature;
    }

    private CertificateOfOwnership(ByteReader reader) {
        networkId = reader.getLong();
        timestampMillis = reader.getLong();
        flags = reader.getLong();
        id = reader.getInt();
        int count = reader.getShort();
        if (count > MAX_THINGS) {
            reader.fail();
        }
        things = reader.getBytes(count * THING_LENGTH);
        issuedTo = reader.getAddress();
        signedBy = reader.getAddress();
        signature = Signatures.read(reader);
        Signatures.skipAdditional(reader);
    }

    private CertificateOfOwnership(
            long networkId, long timestampMillis, int id, byte[] things, long issuedTo, long signedBy) {
        this.networkId = networkId;
        this.timestampMillis = timestampMillis;
        this.flags = 0;
        this.id = id;
        this.things = things;
        this.issuedTo = issuedTo;
        this.signedBy = signedBy;
        this.signature = new byte[0];
    }

    /** A MAC or IP address. */
    public static final class Thing {
        private final byte[] bytes = new byte[THING_LENGTH];

        private Thing(int type) {
            bytes[0] = (byte) type;
        }

        public static Thing mac(long mac) {
            Thing thing = new Thing(MAC);
            BigEndian.putMac(thing.bytes, 1, mac);
            return thing;
        }

        public static Thing ip(InetAddress address) {
            byte[] ip = address.getAddress();
            Thing thing = new Thing(ip.length == 4 ? IPV4 : IPV6);
            System.arraycopy(ip, 0, thing.bytes, 1, ip.length);
            return thing;
        }
    }

    /**
     * Issues a certificate.
     *
     * @throws IllegalArgumentException for more than {@link #MAX_THINGS}
     */
    public static CertificateOfOwnership sign(
            Identity signer, long networkId, long timestampMillis, int id, List<Thing> things, long issuedTo) {
        if (things.size() > MAX_THINGS) {
            throw new IllegalArgumentException(things.size() + " things to own; at most " + MAX_THINGS);
        }
        ByteWriter writer = new ByteWriter(things.size() * THING_LENGTH);
        things.forEach(thing -> writer.putBytes(thing.bytes));
        CertificateOfOwnership unsigned = new CertificateOfOwnership(
                networkId, timestampMillis, id, writer.toByteArray(), issuedTo, signer.address());
        return new CertificateOfOwnership(unsigned, signer.sign(unsigned.signingForm()));
    }

    public static Optional<CertificateOfOwnership> read(ByteReader reader) {
        CertificateOfOwnership certificate = new CertificateOfOwnership(reader);
        return reader.ok() ? Optional.of(certificate) : Optional.empty();
    }

    /** Whether the IP address, 4 or 16 bytes, is among the things. */
    public boolean ownsIp(byte[] bytes, int offset, int length) {
        for (int at = 0; at < things.length; at += THING_LENGTH) {
            if (things[at] == (length == 4 ? IPV4 : IPV6)
                    && Arrays.equals(things, at + 1, at + 1 + length, bytes, offset, offset + length)) {
                return true;
            }
        }
        return false;
    }

    public boolean ownsMac(long mac) {
        for (int at = 0; at < things.length; at += THING_LENGTH) {
            if (things[at] == MAC && BigEndian.getMac(things, at + 1) == mac) {
                return true;
            }
        }
        return false;
    }

    /** The IP addresses among the things. */
    public List<InetAddress> ips() {
        List<InetAddress> ips = new ArrayList<>();
        for (int at = 0; at < things.length; at += THING_LENGTH) {
            int length = things[at] == IPV4 ? 4 : 16;
            if (things[at] == IPV4 || things[at] == IPV6) {
                ips.add(SocketAddressField.address(Arrays.copyOfRange(things, at + 1, at + 1 + length)));
            }
        }
        return ips;
    }

    /** How many things are owned. */
    public int things() {
        return things.length / THING_LENGTH;
    }

    @Override
    public void write(ByteWriter writer) {
        writeFields(writer);
        Signatures.write(writer, signature);
        writer.putShort(0);
    }

    @Override
    public int encodedLength() {
        return 30 + things.length + 10 + Signatures.BLOCK_LENGTH + 2;
    }

    /** The bytes that are signed. */
    public byte[] signingForm() {
        ByteWriter writer = new ByteWriter(40 + things.length);
        writeFields(writer);
        return Signatures.form(writer.toByteArray());
    }

    private void writeFields(ByteWriter writer) {
        writer.putLong(networkId).putLong(timestampMillis).putLong(flags).putInt(id);
        writer.putShort(things()).putBytes(things).putAddress(issuedTo).putAddress(signedBy);
    }

    @Override
    public boolean verify(Identity signer) {
        return signer.address() == signedBy && signer.verify(signingForm(), signature);
    }

    @Override
    public CredentialType type() {
        return CredentialType.CERTIFICATE_OF_OWNERSHIP;
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
        return other instanceof CertificateOfOwnership that && Arrays.equals(encode(), that.encode());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }
}
