package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.wire.SocketAddressField;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Says in the log how the networks stand: each thing once, and again when it has changed.
 *
 * <p>Thread: thread-safe. What is said inside a gate is written outside: a log may write to a socket of ours.
 */
final class NetworkReports {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    private final Executor log;
    private final boolean quiet;
    private final Map<Long, String> said = new ConcurrentHashMap<>();
    private final Map<Long, String> missed = new ConcurrentHashMap<>();

    /**
     * Has said nothing yet.
     *
     * @param quiet whether the node's owner says it, so that nothing is said here
     */
    NetworkReports(Executor log, boolean quiet) {
        this.quiet = quiet;
        this.log = log;
    }

    /** The node runs. */
    void started(long address, String place, List<InetSocketAddress> udp) {
        started(
                address,
                "with " + place + " on UDP "
                        + udp.stream().map(SocketAddressField::format).collect(Collectors.joining(" ")));
    }

    /**
     * The node runs.
     *
     * @param where it keeps its state, and where others reach it
     */
    void started(long address, String where) {
        say(System.Logger.Level.INFO, "node " + Address.format(address) + " runs " + where);
    }

    /** A network's status, in words that say what to do. */
    void network(long node, long id, String status) {
        if (!status.equals(said.put(id, status))) {
            say(
                    System.Logger.Level.INFO,
                    "node " + Address.format(node) + ", network " + NetworkId.format(id) + ": " + status);
        }
    }

    /** Sockets listen where a network is missing. */
    void missing(long id, String reason) {
        if (!reason.equals(missed.put(id, reason))) {
            say(
                    System.Logger.Level.WARNING,
                    reason + ". Sockets that are bound to the wildcard address will serve it as soon as it is usable");
        }
    }

    /** Something that does not last, or that is said each time. */
    void event(System.Logger.Level level, long node, long id, String text) {
        say(level, "node " + Address.format(node) + (id == 0 ? "" : ", network " + NetworkId.format(id)) + ": " + text);
    }

    private void say(System.Logger.Level level, String text) {
        if (!quiet) {
            log.execute(() -> LOG.log(level, text));
        }
    }
}
