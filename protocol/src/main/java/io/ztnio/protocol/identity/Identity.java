package io.ztnio.protocol.identity;

import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A node's address with its public key, and for our own its secret ({@code protocol.md} 1). Immutable. */
public final class Identity {
    public static final int SIGNATURE_LENGTH = 96;
    /** Length of the public binary form. */
    public static final int PUBLIC_LENGTH = 71;

    private static final int KEY_LENGTH = 64;
    private static final int MAX_TEXT_LENGTH = 383;

    private final long address;
    private final byte[] publicKey;
    private final byte[] secretKey;

    Identity(long address, byte[] publicKey, byte[] secretKey) {
        this.address = address;
        this.publicKey = publicKey;
        this.secretKey = secretKey;
    }

    public long address() {
        return address;
    }

    public boolean hasSecret() {
        return secretKey.length != 0;
    }

    /** A copy of the 64 bytes: X25519, then Ed25519. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /** This identity without its secret. */
    public Identity withoutSecret() {
        return hasSecret() ? new Identity(address, publicKey, new byte[0]) : this;
    }

    public static Optional<Identity> parse(String text) {
        String[] fields = text.strip().split(":", -1);
        if (text.length() > MAX_TEXT_LENGTH || fields.length < 3 || fields.length > 4 || !fields[1].equals("0")) {
            return Optional.empty();
        }
        String secret = fields.length == 4 ? fields[3] : "";
        if (!fields[0].matches("[0-9a-fA-F]{10}")
                || !fields[2].matches("[0-9a-fA-F]{128}")
                || !secret.matches("([0-9a-fA-F]{128})?")) {
            return Optional.empty();
        }
        long address = Long.parseLong(fields[0], 16);
        if (Address.isReserved(address)) {
            return Optional.empty();
        }
        HexFormat hex = HexFormat.of();
        return Optional.of(new Identity(address, hex.parseHex(fields[2]), hex.parseHex(secret)));
    }

    public static Optional<Identity> read(ByteReader reader) {
        long address = reader.getAddress();
        int type = reader.getByte();
        byte[] publicKey = reader.getBytes(KEY_LENGTH);
        int secretLength = reader.getByte();
        if (!reader.ok() || type != 0 || Address.isReserved(address) || (secretLength != 0 && secretLength != 64)) {
            reader.fail();
            return Optional.empty();
        }
        byte[] secret = reader.getBytes(secretLength);
        return reader.ok() ? Optional.of(new Identity(address, publicKey, secret)) : Optional.empty();
    }

    /** Writes the public binary form, {@link #PUBLIC_LENGTH} bytes. */
    public void write(ByteWriter writer) {
        writer.putAddress(address).putByte(0).putBytes(publicKey).putByte(0);
    }

    /** 96 bytes: Ed25519 over the first half of SHA-512(message), then that half. */
    public byte[] sign(byte[] message) {
        if (!hasSecret()) {
            throw new IllegalStateException("identity " + Address.format(address) + " has no secret to sign with");
        }
        byte[] digest = Arrays.copyOf(digest("SHA-512", message), 32);
        byte[] signature = Arrays.copyOf(new byte[0], SIGNATURE_LENGTH);
        Ed25519.sign(secretKey, 32, publicKey, 32, null, digest, 0, digest.length, signature, 0);
        System.arraycopy(digest, 0, signature, 64, 32);
        return signature;
    }

    public boolean verify(byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_LENGTH) {
            return false;
        }
        byte[] digest = Arrays.copyOf(digest("SHA-512", message), 32);
        return MessageDigest.isEqual(digest, Arrays.copyOfRange(signature, 64, SIGNATURE_LENGTH))
                && Ed25519.verify(signature, 0, publicKey, 32, digest, 0, digest.length);
    }

    /** The 48-byte secret shared with {@code other}. */
    public byte[] agree(Identity other) {
        byte[] raw = new byte[32];
        X25519.scalarMult(secretKey, 0, other.publicKey, 0, raw, 0);
        return Arrays.copyOf(digest("SHA-512", raw), 48);
    }

    /** SHA-384(address, public key), 48 bytes. */
    public byte[] publicHash() {
        ByteWriter writer = new ByteWriter(Address.LENGTH + KEY_LENGTH);
        writer.putAddress(address).putBytes(publicKey);
        return digest("SHA-384", writer.array());
    }

    /** The text form without the secret. */
    public String toPublicString() {
        return Address.format(address) + ":0:" + HexFormat.of().formatHex(publicKey);
    }

    /** The text form with the secret: only for {@code identity.secret}. */
    public String toSecretString() {
        return toPublicString() + ":" + HexFormat.of().formatHex(secretKey);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Identity that && address == that.address && Arrays.equals(publicKey, that.publicKey);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(address);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return toPublicString().toLowerCase(Locale.ROOT);
    }

    private static byte[] digest(String algorithm, byte[] message) {
        try {
            return MessageDigest.getInstance(algorithm).digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
