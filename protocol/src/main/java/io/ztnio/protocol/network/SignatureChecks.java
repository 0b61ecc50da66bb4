package io.ztnio.protocol.network;

import io.ztnio.protocol.credential.Credential;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.limit.TokenBucket;
import io.ztnio.protocol.limit.TokenBuckets;
import io.ztnio.protocol.message.NetworkConfigChunk;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Verifies what others have us verify, which takes 150 microseconds a signature: each once, for it is remembered what was seen,
 * and no more than a peer may ask for. Members of a network with us share a limit besides, and so do all others. What the controller
 * itself sends is not limited. Thread: confined to the node.
 */
final class SignatureChecks {
    /** All that a member has to show when it is met, and then some a second. */
    static final int BURST_OF_PEER = 512;

    static final int PER_SECOND_AND_PEER = 16;
    /** A quarter of a second's work, and then four percent of a processor. */
    static final int BURST_OF_STRANGERS = 1536;

    static final int PER_SECOND_OF_STRANGERS = 256;
    /** On a network without certificates everybody is a member: a processor's sixth. */
    static final int BURST_OF_MEMBERS = 8192;

    static final int PER_SECOND_OF_MEMBERS = 1024;
    /** Results that are remembered. */
    private static final int PLACES = 1 << 11;

    private static final int PEERS = 4096;

    /** What is known of a signature. */
    enum Verdict {
        GOOD,
        BAD,
        /** Not verified: its sender has had too much verified. */
        TOO_OFTEN
    }

    /** Whose packet brought the signature. */
    enum Sender {
        CONTROLLER,
        MEMBER,
        STRANGER
    }

    private final byte[][] seen = new byte[PLACES][];
    private final boolean[] good = new boolean[PLACES];
    private final TokenBuckets byPeer;
    private final TokenBucket members = new TokenBucket(BURST_OF_MEMBERS, PER_SECOND_OF_MEMBERS);
    private final TokenBucket strangers = new TokenBucket(BURST_OF_STRANGERS, PER_SECOND_OF_STRANGERS);
    private final byte[] secret = new byte[32];
    private final MessageDigest sha256;

    /** @param random salts what strangers could aim at */
    SignatureChecks(RandomGenerator random) {
        byPeer = new TokenBuckets(PEERS, BURST_OF_PEER, PER_SECOND_AND_PEER, random.nextLong());
        random.nextBytes(secret);
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Verifies a credential. Its signers are known. */
    Verdict verify(
            Credential credential,
            List<Identity> signers,
            BooleanSupplier verification,
            long address,
            Sender sender,
            long nowMillis) {
        sha256.update(secret);
        sha256.update((byte) credential.type().code());
        signers.forEach(signer -> sha256.update(signer.publicKey()));
        return verify(sha256.digest(credential.encode()), signers.size(), verification, address, sender, nowMillis);
    }

    /** Verifies a piece of a configuration. */
    Verdict verify(NetworkConfigChunk chunk, Identity signer, long address, Sender sender, long nowMillis) {
        byte[] message = chunk.signedMessage();
        byte[] signature = chunk.signature().toByteArray();
        sha256.update(secret);
        sha256.update(signer.publicKey());
        sha256.update(message);
        return verify(sha256.digest(signature), 1, () -> signer.verify(message, signature), address, sender, nowMillis);
    }

    private Verdict verify(
            byte[] key, int signatures, BooleanSupplier verification, long address, Sender sender, long nowMillis) {
        int place = ((key[0] & 0xff) << 3) | (key[1] & 7);
        if (!Arrays.equals(seen[place], key)) {
            if (!admits(address, sender, signatures, nowMillis)) {
                return Verdict.TOO_OFTEN;
            }
            good[place] = verification.getAsBoolean();
            seen[place] = key;
        }
        return good[place] ? Verdict.GOOD : Verdict.BAD;
    }

    private boolean admits(long address, Sender sender, int signatures, long nowMillis) {
        if (sender == Sender.CONTROLLER) {
            return true;
        }
        TokenBucket together = sender == Sender.MEMBER ? members : strangers;
        return byPeer.admit(address, signatures, nowMillis) && together.admit(signatures, nowMillis);
    }
}
