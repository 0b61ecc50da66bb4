package io.ztnio.provider.runtime;

import io.ztnio.protocol.network.NetworkDropReason;
import io.ztnio.protocol.network.Networks;
import io.ztnio.protocol.vl1.Counters;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.tcpip.stack.Stack;
import java.util.HashSet;
import java.util.Set;

/**
 * Says once of each reason that something was dropped for it, at debug level, and warns of what an operator has to mend: the cores
 * count, and log nothing.
 *
 * <p>Thread: confined to the engine's gate.
 */
final class DropLog {
    private final System.Logger log;
    private final Set<Enum<?>> said = new HashSet<>();

    /** @param log does not wait */
    DropLog(System.Logger log) {
        this.log = log;
    }

    /** Looks for reasons that were not there before. */
    void look(Counters node, Networks networks, Stack stack) {
        warnOfUntrusted(node.dropped(DropReason.UNTRUSTED_PATH));
        if (!log.isLoggable(System.Logger.Level.DEBUG)) {
            return;
        }
        node.drops().forEach((reason, count) -> say("node", reason, count));
        for (NetworkDropReason reason : NetworkDropReason.values()) {
            say("network", reason, networks.dropped(reason));
        }
        stack.forEachDrop((reason, count) -> say("stack", reason, count));
    }

    /** The one reason that only the operator of this node, or of the other, can mend. */
    void warnOfUntrusted(long count) {
        if (count > 0 && said.add(DropReason.UNTRUSTED_PATH)) {
            log.log(
                    System.Logger.Level.WARNING,
                    "a node sends packets without cryptography, which are dropped: it has this node's address on a"
                            + " trusted path. Set trustedPathId of that prefix in local.conf here too, or take it away"
                            + " there");
        }
    }

    /** Says that something was dropped, unless it has been said or was not so. */
    void say(String where, Enum<?> reason, long count) {
        if (count > 0 && said.add(reason)) {
            log.log(System.Logger.Level.DEBUG, where + " drops " + reason + ", " + count + " so far; said once");
        }
    }
}
