package io.ztnio.provider;

import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.protocol.transport.UdpSockets;
import io.ztnio.protocol.world.World;
import io.ztnio.provider.config.PathSettings;
import io.ztnio.provider.runtime.Engine;
import io.ztnio.provider.runtime.EngineConfig;
import io.ztnio.tcpip.stack.StackConfig;
import io.ztnio.tcpip.turn.NodeTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A node that answers for networks of its own and opens no channels: for tests, whose planet has it for a root. The command
 * {@code node --controller} is what runs outside of them.
 *
 * <p>Thread: thread-safe.
 */
public final class ZeroTierController implements AutoCloseable {
    private static final Duration PEER_TIMEOUT = Duration.ofSeconds(60);

    private final Engine engine;

    private ZeroTierController(Engine engine) {
        this.engine = engine;
    }

    /**
     * Starts it; it is a root if the planet says so.
     *
     * @param store with its identity
     * @param sockets what carries its datagrams
     * @param time whose clock it goes by
     */
    public static ZeroTierController start(StateStore store, World planet, UdpSockets sockets, NodeTime time)
            throws IOException {
        EngineConfig config = new EngineConfig(
                Optional.empty(),
                store,
                Optional.of(planet),
                List.of(),
                0,
                false,
                true,
                UdpOffload.OFF,
                0,
                PEER_TIMEOUT,
                Duration.ZERO,
                StackConfig.defaults(),
                PathSettings.NONE);
        return new ZeroTierController(Engine.start(config, sockets, time));
    }

    /** Defines a network, whose id starts with this node's address, or replaces its definition; members are told. */
    public void define(NetworkDefinition definition) {
        engine.controller().define(definition);
    }

    /** Lets a node into a private network. */
    public void authorize(long network, long member) {
        engine.controller().authorize(network, member);
    }

    /** Puts a node out of a network; the others are told at once. */
    public void deauthorize(long network, long member) {
        engine.controller().deauthorize(network, member);
    }

    @Override
    public void close() {
        engine.close();
    }
}
