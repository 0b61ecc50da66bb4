package io.ztnio.protocol.vl1.root;

import io.ztnio.protocol.vl1.PathPolicy;
import java.net.InetSocketAddress;
import java.util.List;

/** Which physical addresses may be paths to which peers ({@code protocol.md} 8.4). Thread: confined to the node. */
public final class PathAdmission {
    private final PathPolicy policy;
    private final Topology topology;

    public PathAdmission(PathPolicy policy, Topology topology) {
        this.policy = policy;
        this.topology = topology;
    }

    /** Whether {@code remote} may be a path to this peer: the policy, and for roots only their endpoints. */
    public boolean allows(long peer, InetSocketAddress remote) {
        return policy.allows(peer, remote) && topology.isEndpoint(peer, remote.getAddress());
    }

    /** Where the policy says that a peer may be looked for. */
    public List<InetSocketAddress> hints(long peer) {
        List<InetSocketAddress> hints = policy.hints(peer);
        return hints.isEmpty()
                ? hints
                : hints.stream().filter(hint -> allows(peer, hint)).toList();
    }
}
