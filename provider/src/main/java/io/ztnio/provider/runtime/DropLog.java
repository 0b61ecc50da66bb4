package io.ztnio.provider.runtime;

import io.ztnio.protocol.network.NetworkDropReason;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.tcpip.DropReason;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Says once of each reason that something was dropped for it, at debug level: the cores count, and log nothing.
 *
 * <p>Thread: confined to the engine's gate.
 */
final class DropLog {
    private static final System.Logger LOG = System.getLogger("io.ztnio.drops");

    private final Set<Enum<?>> said = new HashSet<>();

    /** Looks for reasons that were not there before. */
    void look(Counters node, Networks networks, ToLongFunction<DropReason> stack) {
        if (!LOG.isLoggable(System.Logger.Level.DEBUG)) {
            return;
        }
        node.drops().forEach((reason, count) -> say("node", reason, count));
        for (NetworkDropReason reason : NetworkDropReason.values()) {
            say("network", reason, networks.dropped(reason));
        }
        for (DropReason reason : DropReason.values()) {
            say("stack", reason, stack.applyAsLong(reason));
        }
    }

    private void say(String where, Enum<?> reason, long count) {
        if (count > 0 && said.add(reason)) {
            LOG.log(System.Logger.Level.DEBUG, where + " drops " + reason + ", " + count + " so far; said once");
        }
    }
}
