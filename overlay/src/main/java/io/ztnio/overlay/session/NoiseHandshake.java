package io.ztnio.overlay.session;

import io.ztnio.overlay.identity.Identity;
import io.ztnio.overlay.identity.X25519;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code Noise_XXpsk3_25519_AESGCM_SHA256} (Noise protocol framework, revision 34): both static keys are sent and proved,
 * and the network's key is mixed into the third message.
 *
 * <pre>
 *  1  initiator: e
 *  2  responder: e, ee, s, es
 *  3  initiator: s, se, psk
 * </pre>
 *
 * <p>Only the third message proves the network's key to the responder; to the initiator the first sealed frame does.
 */
public final class NoiseHandshake implements Handshake {
    private static final byte[] PROTOCOL = "Noise_XXpsk3_25519_AESGCM_SHA256".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EMPTY = {};

    private final boolean initiator;
    private final Identity identity;
    private final byte[] ephemeralSecret;
    private final byte[] ephemeralPublic;
    private final byte[] psk;
    private State state;
    private int messages;

    /** What the two ephemeral keys give, once {@link #canAnswer} has found it. */
    private Optional<byte[]> answer = Optional.empty();

    /**
     * A side that has said and heard nothing.
     *
     * @param psk the network's key, 32 bytes
     * @param prologue what both sides must agree on before
     * @param ephemeralSecret 32 random bytes, never used again
     */
    public NoiseHandshake(boolean initiator, Identity identity, byte[] psk, byte[] prologue, byte[] ephemeralSecret) {
        this.initiator = initiator;
        this.identity = identity;
        this.psk = psk.clone();
        this.ephemeralSecret = ephemeralSecret.clone();
        this.ephemeralPublic = X25519.publicKey(ephemeralSecret);
        this.state = new State();
        state.mixHash(prologue);
    }

    @Override
    public void write(byte[] buffer, int offset) {
        byte[] message = write(EMPTY);
        System.arraycopy(message, 0, buffer, offset, message.length);
    }

    @Override
    public boolean read(byte[] buffer, int offset) {
        int length = messages == 0 ? FIRST_LENGTH : messages == 1 ? SECOND_LENGTH : THIRD_LENGTH;
        return read(Arrays.copyOfRange(buffer, offset, offset + length)).isPresent();
    }

    /** Writes the next message with something for the other side. */
    byte[] write(byte[] payload) {
        State next = state;
        Output out = new Output();
        switch (messages) {
            case 0 -> out.plain(next.mixEphemeral(ephemeralPublic));
            case 1 -> {
                out.plain(next.mixEphemeral(ephemeralPublic));
                must((answer.isPresent() || canAnswer()) && next.mixKey(answer));
                out.plain(next.seal(identity.publicIdentity().key()));
                must(next.mixKey(identity.agree(next.remoteEphemeral)));
            }
            default -> {
                out.plain(next.seal(identity.publicIdentity().key()));
                must(next.mixKey(identity.agree(next.remoteEphemeral)));
                next.mixKeyAndHash(psk);
            }
        }
        out.plain(next.seal(payload));
        messages++;
        return out.bytes;
    }

    /** Takes in the next message; empty if it is not authentic, and then nothing has changed. */
    Optional<byte[]> read(byte[] message) {
        State next = state.copy();
        int static0 = messages == 2 ? 0 : X25519.LENGTH;
        int payload = messages == 0 ? X25519.LENGTH : static0 + X25519.LENGTH + Datagrams.TAG_LENGTH;
        if (messages < 2) {
            next.remoteEphemeral = Arrays.copyOf(message, X25519.LENGTH);
            next.mixEphemeral(next.remoteEphemeral);
        }
        if (messages > 0) {
            if (messages == 1 && !next.mixKey(X25519.agree(ephemeralSecret, next.remoteEphemeral))) {
                return Optional.empty();
            }
            next.remoteStatic = next.open(Arrays.copyOfRange(message, static0, payload));
            if (next.remoteStatic == null || !next.mixKey(X25519.agree(ephemeralSecret, next.remoteStatic))) {
                return Optional.empty();
            }
        }
        if (messages == 2) {
            next.mixKeyAndHash(psk);
        }
        byte[] content = next.open(Arrays.copyOfRange(message, payload, message.length));
        if (content == null) {
            return Optional.empty();
        }
        state = next;
        messages++;
        return Optional.of(content);
    }

    /** Whether the initiator's ephemeral key gives a secret; a responder asks before it writes. */
    public boolean canAnswer() {
        answer = X25519.agree(ephemeralSecret, state.remoteEphemeral);
        return answer.isPresent();
    }

    private static void must(boolean agreed) {
        if (!agreed) {
            throw new IllegalStateException("a key that gives no secret got past the message that brought it");
        }
    }

    @Override
    public byte[] remoteKey() {
        return state.remoteStatic.clone();
    }

    @Override
    public FrameCipher sending() {
        return new AesGcm(state.split(initiator));
    }

    @Override
    public FrameCipher receiving() {
        return new AesGcm(state.split(!initiator));
    }

    /** The hash of all that was said. */
    byte[] handshakeHash() {
        return state.hash.clone();
    }

    /** The symmetric state and what was learned of the other side. */
    private static final class State {
        private byte[] hash;
        private byte[] chainingKey;
        private AesGcm cipher;
        private long nonce;
        private byte[] remoteEphemeral;
        private byte[] remoteStatic;

        State() {
            // The protocol's name is exactly as long as a hash, which makes it the first hash.
            hash = PROTOCOL.clone();
            chainingKey = hash;
        }

        State copy() {
            State copy = new State();
            copy.hash = hash;
            copy.chainingKey = chainingKey;
            copy.cipher = cipher;
            copy.nonce = nonce;
            copy.remoteEphemeral = remoteEphemeral;
            copy.remoteStatic = remoteStatic;
            return copy;
        }

        void mixHash(byte[] data) {
            hash = sha256(hash, data);
        }

        /** With a key shared in advance, an ephemeral key is mixed into the chaining key too (section 9.2). */
        byte[] mixEphemeral(byte[] key) {
            mixHash(key);
            mixKey(Optional.of(key));
            return key;
        }

        boolean mixKey(Optional<byte[]> material) {
            if (material.isEmpty()) {
                return false;
            }
            byte[][] keys = derive(chainingKey, material.get(), 2);
            chainingKey = keys[0];
            cipher = new AesGcm(keys[1]);
            nonce = 0;
            return true;
        }

        void mixKeyAndHash(byte[] material) {
            byte[][] keys = derive(chainingKey, material, 3);
            chainingKey = keys[0];
            mixHash(keys[1]);
            cipher = new AesGcm(keys[2]);
            nonce = 0;
        }

        byte[] seal(byte[] plain) {
            byte[] sealed = cipher.encrypt(nonce++, hash, plain);
            mixHash(sealed);
            return sealed;
        }

        byte[] open(byte[] sealed) {
            byte[] plain = cipher.decrypt(nonce++, hash, sealed);
            mixHash(sealed);
            return plain;
        }

        byte[] split(boolean first) {
            return derive(chainingKey, EMPTY, 2)[first ? 0 : 1];
        }

        /** HKDF of section 4.3. */
        private static byte[][] derive(byte[] chainingKey, byte[] material, int outputs) {
            Hmac hmac = new Hmac(new Hmac(chainingKey).update(material).finish());
            byte[][] keys = new byte[outputs][];
            byte[] last = EMPTY;
            for (int i = 0; i < outputs; i++) {
                last = hmac.update(last).update((byte) (i + 1)).finish();
                keys[i] = last;
            }
            return keys;
        }

        private static byte[] sha256(byte[] first, byte[] second) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(first);
                digest.update(second);
                return digest.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this JDK has no SHA-256", e);
            }
        }
    }

    private static final class Output {
        private byte[] bytes = EMPTY;

        void plain(byte[] more) {
            int length = bytes.length;
            bytes = Arrays.copyOf(bytes, length + more.length);
            System.arraycopy(more, 0, bytes, length, more.length);
        }
    }
}
