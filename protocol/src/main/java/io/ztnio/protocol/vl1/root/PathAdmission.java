package io.ztnio.protocol.vl1.root;

import io.ztnio.protocol.vl1.PathPolicy;
import java.net.InetSocketAddress;

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
}
