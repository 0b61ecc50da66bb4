package io.ztnio.tools.cli.decode;

import io.ztnio.protocol.crypto.PeerKeys;
import io.ztnio.protocol.identity.Identity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The identities that were given, those the capture tells of, and the keys between them. */
final class Keyring {
    private final Map<Long, Identity> identities = new HashMap<>();
    private final Map<Pair, PeerKeys> keys = new HashMap<>();

    private record Pair(long low, long high) {}

    /** Keeps an identity; one with a secret is never replaced by one without. */
    void add(Identity identity) {
        Identity known = identities.get(identity.address());
        if (known == null || (identity.hasSecret() && !known.hasSecret())) {
            identities.put(identity.address(), identity);
        }
    }

    boolean knows(long address) {
        return identities.containsKey(address);
    }

    boolean hasSecret(long address) {
        return knows(address) && identities.get(address).hasSecret();
    }

    /** The keys between two nodes, if the identities of both are known and one of them has its secret. */
    Optional<PeerKeys> between(long a, long b) {
        Identity first = identities.get(a);
        Identity second = identities.get(b);
        if (first == null || second == null || (!first.hasSecret() && !second.hasSecret())) {
            return Optional.empty();
        }
        Pair pair = new Pair(Math.min(a, b), Math.max(a, b));
        return Optional.of(keys.computeIfAbsent(
                pair, p -> first.hasSecret() ? PeerKeys.agree(first, second) : PeerKeys.agree(second, first)));
    }
}
