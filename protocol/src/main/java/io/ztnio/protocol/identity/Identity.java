package io.ztnio.protocol.identity;

import io.ztnio.protocol.wire.BigEndian;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A node's address with its public key, and for our own its secret ({@code protocol.md} 1). Immutable. */
public final class Identity {
    public static final int SIGNATURE_LENGTH = 96;
    /** Length of the public binary form. */
    public static final int PUBLIC_LENGTH = 71;

    private static final int KEY_LENGTH = 64;
    private static final int TYPE_FIELD = Address.LENGTH;
    private static final int KEY_FIELD = TYPE_FIELD + 1;
    private static final int SECRET_LENGTH_FIELD = KEY_FIELD + KEY_LENGTH;
    private static final int MAX_TEXT_LENGTH = 383;

    private final long address;
    private final byte[] publicKey;
    private final byte[] secretKey;

    /** The second half of the public key, decoded once: a fifth of the work of a verification. {@code null} before, or if it is no point. */
    private volatile Ed25519.PublicPoint signingKey;

    Identity(long address, byte[] publicKey, byte[] secretKey) {
        this.address = address;
        this.publicKey = publicKey;
        this.secretKey = secretKey;
    }

    /**
     * A new identity with its secret. Takes about a third of a second: some 15 candidates fail the proof of work.
     *
     * @param random cryptographically strong
     */
    public static Identity generate(RandomGenerator random) {
        IdentityHash hash = new IdentityHash();
        byte[] publicKey = new byte[KEY_LENGTH];
        byte[] secretKey = new byte[KEY_LENGTH];
        while (true) {
            random.nextBytes(secretKey);
            Ed25519.generatePublicKey(secretKey, 32, publicKey, 32);
            byte[] digest;
            do {
                // Two counters in the middle of the X25519 half; the Ed25519 half stays.
                BigEndian.putLong(secretKey, 8, BigEndian.getLong(secretKey, 8) + 1);
                BigEndian.putLong(secretKey, 16, BigEndian.getLong(secretKey, 16) - 1);
                X25519.generatePublicKey(secretKey, 0, publicKey, 0);
                digest = hash.digest(publicKey);
            } while (!IdentityHash.isAcceptable(digest));
            long address = IdentityHash.address(digest);
            if (!Address.isReserved(address)) {
                return new Identity(address, publicKey, secretKey);
            }
        }
    }

    public long address() {
        return address;
    }

    /**
     * Whether the address belongs to the public key, and the key shows the proof of work ({@code protocol.md} 1.4). Takes
     * about 15 ms and 2 MiB, so that its use for strangers must be limited by rate.
     */
    public boolean locallyValid() {
        byte[] digest = new IdentityHash().digest(publicKey);
        return !Address.isReserved(address)
                && IdentityHash.isAcceptable(digest)
                && IdentityHash.address(digest) == address;
    }

    public boolean hasSecret() {
        return secretKey.length != 0;
    }

    /** A copy of the 64 bytes: X25519, then Ed25519. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /**
     * A secret for another purpose, 32 bytes, from which nobody learns this one (HMAC-SHA256 under the secret key).
     *
     * @throws IllegalStateException without a secret
     */
    public byte[] derive(String purpose) {
        if (!hasSecret()) {
            throw new IllegalStateException("the identity has no secret");
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secretKey, "HmacSHA256"));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HMAC-SHA256", e);
        }
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

    /** Passes over an identity without looking at it; the reader fails where it ends too early. */
    public static void skip(ByteReader reader) {
        reader.skip(SECRET_LENGTH_FIELD);
        reader.skip(reader.getByte());
    }

    /** Whether the public binary form of this very identity stands somewhere. */
    public boolean isAt(byte[] bytes, int offset, int end) {
        return end - offset >= PUBLIC_LENGTH
                && BigEndian.getAddress(bytes, offset) == address
                && bytes[offset + TYPE_FIELD] == 0
                && bytes[offset + SECRET_LENGTH_FIELD] == 0
                && Arrays.equals(publicKey, 0, KEY_LENGTH, bytes, offset + KEY_FIELD, offset + SECRET_LENGTH_FIELD);
    }

    /** Writes the public binary form, {@link #PUBLIC_LENGTH} bytes. */
    public void write(ByteWriter writer) {
        writer.putAddress(address).putByte(0).putBytes(publicKey).putByte(0);
    }

    /** Writes the binary form with the secret, 135 bytes: never for the wire. */
    public void writeSecret(ByteWriter writer) {
        requireSecret("write");
        writer.putAddress(address).putByte(0).putBytes(publicKey);
        writer.putByte(KEY_LENGTH).putBytes(secretKey);
    }

    /** 96 bytes: Ed25519 over the first half of SHA-512(message), then that half. */
    public byte[] sign(byte[] message) {
        requireSecret("sign with");
        byte[] digest = Arrays.copyOf(digest("SHA-512", message), 32);
        byte[] signature = new byte[SIGNATURE_LENGTH];
        Ed25519.sign(secretKey, 32, publicKey, 32, null, digest, 0, digest.length, signature, 0);
        System.arraycopy(digest, 0, signature, 64, 32);
        return signature;
    }

    /** Whether {@code signature} is this node's ({@code protocol.md} 1.8). */
    public boolean verify(byte[] message, byte[] signature) {
        Ed25519.PublicPoint key = signingKey;
        if (key == null) {
            key = Ed25519.validatePublicKeyPartialExport(publicKey, 32);
            signingKey = key;
        }
        return key != null && verify(key, message, signature);
    }

    /**
     * Whether {@code signature} is by the holder of a public key of 64 bytes ({@code protocol.md} 1.8). Stricter than the
     * reference implementation for signatures that no honest signer makes: S must be reduced (RFC 8032 5.1.7).
     */
    public static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        if (publicKey.length != KEY_LENGTH) {
            return false;
        }
        Ed25519.PublicPoint key = Ed25519.validatePublicKeyPartialExport(publicKey, 32);
        return key != null && verify(key, message, signature);
    }

    private static boolean verify(Ed25519.PublicPoint key, byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_LENGTH) {
            return false;
        }
        byte[] digest = Arrays.copyOf(digest("SHA-512", message), 32);
        return MessageDigest.isEqual(digest, Arrays.copyOfRange(signature, 64, SIGNATURE_LENGTH))
                && Ed25519.verify(signature, 0, key, digest, 0, digest.length);
    }

    /** The 48-byte secret shared with {@code other}. Like the reference, does not look for points of low order. */
    public byte[] agree(Identity other) {
        requireSecret("agree with");
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
        requireSecret("write");
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
        return toPublicString();
    }

    private void requireSecret(String purpose) {
        if (!hasSecret()) {
            throw new IllegalStateException("identity " + Address.format(address) + " has no secret to " + purpose);
        }
    }

    private static byte[] digest(String algorithm, byte[] message) {
        try {
            return MessageDigest.getInstance(algorithm).digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
