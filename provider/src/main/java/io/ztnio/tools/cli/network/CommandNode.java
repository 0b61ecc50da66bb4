package io.ztnio.tools.cli.network;

import io.ztnio.provider.names.Names;
import io.ztnio.provider.runtime.DivertedFrame;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.tools.cli.command.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The node that a command runs, of whichever stack. Thread: the command's. */
interface CommandNode extends AutoCloseable {
    /** Ten hexadecimal digits. Starts the node. */
    String id() throws IOException;

    /** What others need to know of this node, a fact a line. Starts the node. */
    List<String> introduction() throws IOException;

    /** Says from now on what happens on the networks, as far as there is anything to say. */
    void narrate(Consumer<String> lines) throws IOException;

    /** What the provider's channels are made with. */
    VirtualNetworks networks();

    /** How long joining may take. */
    Duration joinTimeout();

    /** Waits until every network is usable; whether they are, within the time. */
    boolean awaitUsable(Duration timeout) throws IOException, InterruptedException;

    /** As {@link #awaitUsable}, and until those who administer the networks have said so in this run. */
    boolean awaitConfirmed(Duration timeout) throws IOException, InterruptedException;

    /** Why the networks are not usable yet, in a sentence that says what to do. */
    String whyNotUsable();

    /** Whether waiting longer cannot help. */
    boolean isHopeless();

    /**
     * Has something told of frames between others that the networks' rules divert to this node.
     *
     * @param listener called inside the node: must return soon and not call back
     * @throws CommandFailure if this kind of network has no rules
     */
    void onDiverted(Consumer<DivertedFrame> listener);

    /** The networks as they are now. */
    List<JoinedNetwork> joined();

    /** Own addresses on the networks. */
    List<InetAddress> addresses();

    /**
     * The address of another node, which may be waited for.
     *
     * @param text an IP address, a name, or a node id
     * @throws CommandFailure saying what to do, if it has none here
     */
    InetAddress resolve(String text) throws IOException;

    /** Whether what {@link #resolve} says of a text is the same at any time, and said at once. */
    boolean isFixed(String text);

    /** The names that the networks know. */
    Names names();

    /** Has {@link #close} wait, at most so long, until the datagrams that were sent have found their way. The node runs. */
    void lastFrames(Duration bound);

    @Override
    void close();
}
