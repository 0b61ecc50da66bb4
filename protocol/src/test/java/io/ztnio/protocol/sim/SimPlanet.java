package io.ztnio.protocol.sim;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.node.NodeConfig;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import java.util.List;

/** A planet with one root at 80.1.1.1, and nodes that know it. */
public final class SimPlanet {
    public static final long ID = 0x1234_5678L;
    public static final String ROOT_ADDRESS = "80.1.1.1:9993";

    private final SimNet net;
    private final World planet;
    private final SimHost root;

    public SimPlanet(SimNet net) {
        this.net = net;
        this.planet = planet(1);
        this.root = net.host(ROOT_ADDRESS);
        root.start(config(SimIdentities.of(0)));
    }

    /** The planet with another timestamp, signed by the same key. */
    public static World planet(long timestamp) {
        Identity rootIdentity = SimIdentities.of(0);
        WorldRoot worldRoot = new WorldRoot(rootIdentity.withoutSecret(), List.of(SimNet.endpoint(ROOT_ADDRESS)));
        return World.create(World.Type.PLANET, ID, timestamp, rootIdentity, List.of(worldRoot));
    }

    public World world() {
        return planet;
    }

    public SimHost root() {
        return root;
    }

    public NodeConfig config(Identity identity) {
        return NodeConfig.builder(identity, planet, net.random()).build();
    }

    /** Starts a node of this planet on a host, with identity 1 to 23. */
    public Node start(SimHost host, int identity) {
        return host.start(config(SimIdentities.of(identity)));
    }
}
