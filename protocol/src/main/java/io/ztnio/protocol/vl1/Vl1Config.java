package io.ztnio.protocol.vl1;

import io.ztnio.protocol.identity.Identity;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What VL1 is started with. Immutable.
 *
 * @param identity our own, with its secret
 * @param random cryptographically strong
 * @param pathPolicy which physical addresses may be used
 * @param protocolVersion what we announce; 12, or 11 to be sent Salsa20 instead of AES
 * @param maxPeers how many peers are remembered at most; roots are never refused
 * @param validity whether an identity's address is its key's, asked on the thread that checks; {@link Identity#locallyValid}
 * @param peerTimeoutMillis how long a silent peer is sought before it counts as gone; 0 for ever
 * @param bonding how several links to a peer are used
 */
public record Vl1Config(
        Identity identity,
        RandomGenerator random,
        PathPolicy pathPolicy,
        int protocolVersion,
        int maxPeers,
        Predicate<Identity> validity,
        long peerTimeoutMillis,
        Bonding bonding) {
    public Vl1Config {
        if (!identity.hasSecret()) {
            throw new IllegalArgumentException("a node needs an identity with its secret");
        }
    }
}
