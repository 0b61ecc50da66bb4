package io.ztnio.protocol.node;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PathPolicy;
import io.ztnio.protocol.world.World;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What a node is made of. Immutable; made by {@link #builder}.
 *
 * @param state identity, planet, moons, known peers
 * @param store where changes of the state go
 * @param random cryptographically strong
 * @param pathPolicy which physical addresses may be used
 * @param protocolVersion what the node announces, 4 to 12
 * @param maxPeers how many peers are remembered at most
 * @param validity whether an identity's address is its key's, asked on the thread that checks identities
 * @param peerTimeoutMillis how long a silent peer is sought before it counts as gone; 0 for ever
 * @param bonding how several links to a peer are used
 */
public record NodeConfig(
        NodeState state,
        StateStore store,
        RandomGenerator random,
        PathPolicy pathPolicy,
        int protocolVersion,
        int maxPeers,
        Predicate<Identity> validity,
        long peerTimeoutMillis,
        Bonding bonding) {
    public NodeConfig {
        if (protocolVersion < 4 || protocolVersion > 12) {
            throw new IllegalArgumentException("protocol version " + protocolVersion + " is not 4 to 12");
        }
    }

    /** Starts a configuration from loaded state. */
    public static Builder builder(NodeState state, RandomGenerator random) {
        return new Builder(state, random);
    }

    /** Starts a configuration of a node whose state is nowhere stored. */
    public static Builder builder(Identity identity, World planet, RandomGenerator random) {
        return new Builder(NodeState.of(identity, planet), random);
    }

    /** Collects the parts of a {@link NodeConfig}. Thread: belongs to one thread. */
    public static final class Builder {
        private final NodeState state;
        private final RandomGenerator random;
        private StateStore store = new MemoryStateStore();
        private PathPolicy pathPolicy = PathPolicy.standard();
        private int protocolVersion = 12;
        private int maxPeers = 65_536;
        private Predicate<Identity> validity = Identity::locallyValid;
        private long peerTimeoutMillis = 60_000;
        private Bonding bonding = Bonding.NONE;

        private Builder(NodeState state, RandomGenerator random) {
            this.state = state;
            this.random = random;
        }

        /** Default: memory. */
        public Builder store(StateStore value) {
            store = value;
            return this;
        }

        /** Default: {@link PathPolicy#standard}. */
        public Builder pathPolicy(PathPolicy value) {
            pathPolicy = value;
            return this;
        }

        /** Default: 12. */
        public Builder protocolVersion(int value) {
            protocolVersion = value;
            return this;
        }

        /**
         * Default: {@link Identity#locallyValid}. Nodes of one process may share what they found, which takes 15 ms each time;
         * thread-safe unless the node's own thread checks identities.
         */
        public Builder validity(Predicate<Identity> value) {
            validity = value;
            return this;
        }

        /** Default: 60,000. */
        public Builder peerTimeoutMillis(long value) {
            peerTimeoutMillis = value;
            return this;
        }

        /** Default: one path at a time. */
        public Builder bonding(Bonding value) {
            bonding = value;
            return this;
        }

        public NodeConfig build() {
            return new NodeConfig(
                    state, store, random, pathPolicy, protocolVersion, maxPeers, validity, peerTimeoutMillis, bonding);
        }
    }
}
