package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.crypto.Armor;
import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.vl1.peer.RemotePeer;
import io.ztnio.protocol.vl1.send.Sources;
import java.util.function.Predicate;

/**
 * One identity that is to become a peer's: the agreement on keys, the MAC of the HELLO that it came in, and only then the
 * memory-hard hash that binds address and key.
 *
 * <p>Thread: confined to the node, except {@link #run}, which any thread may call once while the node leaves it alone.
 */
final class IdentityCheck implements Runnable {
    /** What has been found. */
    enum Verdict {
        /** Not run, or a bug ended it. */
        NONE,
        /** The HELLO's MAC is wrong. */
        FORGED,
        /** The address is not the key's. */
        INVALID,
        GOOD
    }

    /** What follows. */
    @FunctionalInterface
    interface Then {
        /** The identity is a peer's. */
        void known(RemotePeer peer, long nowMillis);

        /** The identity's owner has shown that it has the secret, and another key is known for its address. */
        default void collides(PeerKeys keys, long nowMillis) {}
    }

    final Identity identity;
    /** Who caused it, as {@link Sources} has it. */
    final long source;

    final long sinceMillis;
    private final Identity self;
    /** Only read. */
    private final byte[] hello;

    private final Then then;
    private final boolean answer;

    /** {@code null} if address and key need not be compared. */
    private Predicate<Identity> validity;

    private PeerKeys keys;
    private Verdict verdict = Verdict.NONE;

    /**
     * @param hello the packet that its owner is to have sealed, or an empty array
     * @param validity compares address and key; {@code null} if that is not needed
     */
    IdentityCheck(
            Identity self,
            Identity identity,
            byte[] hello,
            Predicate<Identity> validity,
            long source,
            long sinceMillis,
            Then then) {
        this.self = self;
        this.identity = identity;
        this.hello = hello;
        this.validity = validity;
        this.answer = validity != null && hello.length == 0;
        this.source = source;
        this.sinceMillis = sinceMillis;
        this.then = then;
    }

    /** Whether a root answered with it. */
    boolean isAnswer() {
        return answer;
    }

    /** Address and key need not be compared any more. */
    void skipHash() {
        validity = null;
    }

    boolean isHashed() {
        return validity != null;
    }

    @Override
    public void run() {
        PeerKeys agreed = PeerKeys.agree(self, identity);
        if (hello.length > 0 && !Armor.open(agreed, hello, 0, hello.length)) {
            verdict = Verdict.FORGED;
        } else if (validity != null && !validity.test(identity)) {
            verdict = Verdict.INVALID;
        } else {
            keys = agreed;
            verdict = Verdict.GOOD;
        }
    }

    Verdict verdict() {
        return verdict;
    }

    /** {@code null} unless the verdict is good. */
    PeerKeys keys() {
        return keys;
    }

    Then then() {
        return then;
    }
}
