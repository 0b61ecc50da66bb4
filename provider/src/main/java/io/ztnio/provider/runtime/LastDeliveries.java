package io.ztnio.provider.runtime;

import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.node.Node;
import io.ztnio.provider.config.ConfigKey;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.NodeDriver;
import java.time.Duration;
import java.util.Optional;

/**
 * Sees to it that what was written before an engine's end gets to where it is to go, in a bounded time.
 *
 * <p>Thread: thread-safe.
 */
final class LastDeliveries {
    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    /** How long the last frames may wait for who is to get them: a datagram has nobody else who waits for it. */
    private static final Duration LAST_FRAMES = Duration.ofMillis(500);

    private final NodeDriver driver;
    private final EngineClock clock;
    private final Stack stack;
    private final Node node;
    private final Networks networks;

    /** If the node's owner has said how long they may. */
    private volatile Optional<Duration> lastFrames = Optional.empty();

    LastDeliveries(NodeDriver driver, EngineClock clock, Stack stack, Node node, Networks networks) {
        this.driver = driver;
        this.clock = clock;
        this.stack = stack;
        this.node = node;
        this.networks = networks;
    }

    /** As {@link Engine#lastFrames}. */
    void lastFrames(Duration bound) {
        lastFrames = Optional.of(bound);
    }

    /**
     * Ends every connection and waits until living peers have acknowledged, and then for the last frames, as {@link Engine#close(Duration)}
     * says. Outside the gate.
     *
     * @param bound of the wait for peers; 0 for none
     */
    void deliver(Duration bound) {
        int reset = driver.deliver(stack, bound);
        if (reset > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "connections that were reset because their peers had not taken everything within "
                            + bound.toMillis() + " ms: " + reset + "; " + ConfigKey.EXIT_TIMEOUT.key()
                            + " is the limit");
        }
        driver.await(
                now -> !isSending(now),
                clock.nanos() + lastFrames.orElse(LAST_FRAMES).toNanos());
    }

    /** Inside the gate: whether frames wait for what others will soon have said. */
    private boolean isSending(long nowNanos) {
        long millis = clock.millis(nowNanos);
        boolean waits = lastFrames.isPresent()
                ? node.holdsFrames() || networks.isGatheringMore(millis)
                : node.isSending(millis) || networks.isGathering(millis);
        return waits || stack.awaitsNeighbors();
    }
}
