package io.ztnio.tools.cli.network;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.WildcardScope;
import io.ztnio.tools.cli.command.CommandFailure;
import io.ztnio.tools.cli.command.JsonOption;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that joins, does something, and leaves nothing running. An interrupt ends it gracefully. */
abstract class NetworkCommand implements Callable<Integer> {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    @Spec
    CommandSpec spec;

    @Mixin
    JsonOption json;

    @Mixin
    NetworkOptions options;

    /** Where wildcard binds of this command listen. */
    WildcardScope wildcard() {
        return WildcardScope.ZEROTIER;
    }

    /** Networks that the command's own arguments name. */
    List<String> networks() {
        return List.of();
    }

    /** Looks whether the arguments make sense together, before anything starts. */
    void check() {
        // Most do.
    }

    /** Whether a node that runs already has done it, so that none is to be started. */
    boolean isDoneElsewhere() {
        return false;
    }

    /** Whether its result has the node's id and addresses, so that they need not be said before. */
    boolean saysWhoAndWhere() {
        return false;
    }

    /** Does it; the networks are usable. */
    abstract void run(CommandNode node, SelectorProvider provider) throws IOException, InterruptedException;

    @Override
    public final Integer call() throws IOException {
        check();
        if (isDoneElsewhere()) {
            return 0;
        }
        Ending ending = Ending.ofThisThread();
        try (CommandNode node = options.node(networks(), wildcard(), this::progress)) {
            run(node);
        } finally {
            ending.done();
        }
        return 0;
    }

    private void run(CommandNode node) throws IOException {
        try {
            join(node);
            run(node, new ZeroTierSelectorProvider(node.networks()));
        } catch (ClosedByInterruptException | InterruptedIOException | InterruptedException e) {
            progress("interrupted");
        } finally {
            // The node takes its leave as after any other end.
            if (Thread.interrupted()) {
                progress("interrupted");
            }
        }
    }

    private void join(CommandNode node) throws IOException, InterruptedException {
        String who = "node " + node.id();
        for (String line : node.introduction()) {
            if (!saysWhoAndWhere() || !line.equals(who)) {
                progress(line);
            }
        }
        long deadline = System.nanoTime() + node.joinTimeout().toNanos();
        String seen = "";
        String said = "";
        while (!isJoined(node, LOOK_AGAIN)) {
            String problem = node.whyNotUsable();
            if (isJoined(node, Duration.ZERO)) {
                // It has become so meanwhile: nothing is the matter any more.
                break;
            }
            if (node.isHopeless() || System.nanoTime() - deadline >= 0) {
                throw new CommandFailure(problem);
            }
            // What is so at one look only is a step of a start in which nothing is the matter.
            if (problem.equals(seen) && !problem.equals(said)) {
                if (said.isEmpty() && saysWhoAndWhere()) {
                    // Whom the controller is to let in, long before the result.
                    progress(who);
                }
                said = problem;
                progress("waiting: " + problem);
            }
            seen = problem;
        }
        if (!saysWhoAndWhere()) {
            for (InetAddress address : node.addresses()) {
                progress("address " + address.getHostAddress());
            }
        }
    }

    /** Whether the networks are as the command needs them, within the time. */
    boolean isJoined(CommandNode node, Duration timeout) throws IOException, InterruptedException {
        return node.awaitUsable(timeout);
    }

    /** Something for the person in front of the terminal, on the error stream. */
    final void progress(String line) {
        json.console().info(line);
    }

    /** Something that happened: a result as JSON, otherwise for the person in front of the terminal. */
    final void event(String text, Map<String, ?> object) {
        if (json.enabled()) {
            print(text, object);
        } else {
            progress(text);
        }
    }

    /**
     * A conversation between standard input and output and a peer, to its end.
     *
     * @param channel connected; closed at the end
     * @param endsWithPeer whether the end of what the peer sends is the end
     */
    final void converse(StandardInput in, SocketChannel channel, String peer, boolean endsWithPeer)
            throws IOException, InterruptedException {
        ReceivedData data = json.enabled() ? new ReceivedData(json.console()) : null;
        Conversation conversation =
                new Conversation(in, data == null ? Conversation.standardOutput() : data, channel, endsWithPeer);
        try {
            conversation.run(() -> progress(peer + " has sent everything; end the input to end the connection"));
        } finally {
            if (data != null) {
                data.close();
            }
        }
        event(
                peer + ": " + conversation.received() + " bytes received, " + conversation.sent() + " sent",
                object(
                        "event",
                        "ended",
                        "peer",
                        peer,
                        "received",
                        conversation.received(),
                        "sent",
                        conversation.sent()));
    }

    /** A result, as a line of text or of JSON. */
    final void print(String text, Map<String, ?> object) {
        json.console().print(text, object);
    }

    /** A JSON object of pairs of names and values, in their order. */
    static Map<String, Object> object(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    static String text(InetSocketAddress address) {
        return address == null
                ? "?"
                : new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
    }
}
