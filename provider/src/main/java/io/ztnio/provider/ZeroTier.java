package io.ztnio.provider;

import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.config.Transport;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.provider.instance.ChannelServerSocketFactory;
import io.ztnio.provider.instance.ChannelSocketFactory;
import io.ztnio.provider.instance.Events;
import io.ztnio.provider.instance.Instance;
import io.ztnio.provider.instance.LateInstall;
import io.ztnio.provider.instance.OpenedChannels;
import io.ztnio.provider.instance.OverlayInstance;
import io.ztnio.provider.instance.Startup;
import io.ztnio.provider.instance.ZeroTierInstance;
import io.ztnio.provider.names.Families;
import io.ztnio.provider.names.Names;
import io.ztnio.provider.runtime.NodeGround;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * A node of its own on ZeroTier networks, without flags: what it opens reaches its networks, and everything else as the JDK's
 * own does. One process may have several, each with an identity of its own; they share nothing. See {@code docs/api.md}.
 *
 * <pre>{@code
 * try (ZeroTier zt = ZeroTier.builder().network("NETWORK_ID").home(Path.of("/var/lib/app")).build()) {
 *     zt.up(Duration.ofSeconds(30));
 *     Socket socket = zt.socketFactory().createSocket("10.147.17.5", 80);
 * }
 * }</pre>
 *
 * <p>Thread: thread-safe.
 */
public final class ZeroTier implements AutoCloseable {
    private static final Pattern NETWORK = Pattern.compile("(?!0{16})[0-9a-fA-F]{16}");
    private static final Pattern WORLD = Pattern.compile("(0{6})?[0-9a-fA-F]{10}");
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

    private final Instance instance;
    private final Startup startup;
    private final Events events;
    private final OpenedChannels channels;
    private final ZeroTierAsynchronousChannelProvider asynchronous;
    private final Names names;
    private final AtomicBoolean closed = new AtomicBoolean();

    ZeroTier(ZtnioConfig config, NodeGround ground) {
        this.instance = config.transport() == Transport.ZEROTIER
                ? new ZeroTierInstance(config, ground)
                : new OverlayInstance(config, ground);
        this.startup = new Startup(instance);
        this.events = new Events(instance);
        this.channels = new OpenedChannels(new ZeroTierSelectorProvider(instance.networks()));
        this.asynchronous = new ZeroTierAsynchronousChannelProvider(instance.networks());
        this.names = new Names(instance.networks(), channels);
    }

    /** The settings of an instance. */
    public static ZeroTierBuilder builder() {
        return new ZeroTierBuilder();
    }

    /**
     * Puts the networks of this process's settings ({@code docs/configuration.md}) under what programs use anyway, as far as
     * that can be done after the start of the JVM: {@code -javaagent:ztnio.jar} does all of it before. Best called first thing
     * in {@code main}. Calling it again does nothing more.
     *
     * @return what is installed now, and why the rest is not
     * @throws io.ztnio.provider.config.ConfigException naming every wrong setting; nothing is installed then
     */
    public static InstallReport install() {
        return LateInstall.run();
    }

    /**
     * Starts the node if it does not run, and waits until it is up: it runs, a root answers, and every network has let it in
     * and has given it an address. A node that is not authorised waits for that too, for somebody may see to it.
     *
     * @throws ZeroTierException why it is not up: at once if waiting would not help, else when the time is over. It can be
     *     tried again then; the node goes on trying, if it runs.
     */
    public ZeroTierStatus up(Duration timeout) throws ZeroTierException, InterruptedException {
        ZeroTierStatus status = startup.await(timeout);
        events.catchUp();
        return status;
    }

    /** How node and networks stand now. Starts nothing. */
    public ZeroTierStatus status() {
        return instance.status();
    }

    /**
     * This node's addresses on its networks, as far as it has been given any; behind them the IPv6 link-local ones, which
     * each network that is configured has.
     */
    public List<InetAddress> addresses() {
        return status().addresses();
    }

    /** The nodes that this one knows: roots, controllers, members it has to do with. */
    public List<ZeroTierPeer> peers() {
        return instance.peers();
    }

    /** The networks as they stand now, in the order in which they were named or joined. */
    public List<ZeroTierNetwork> networks() {
        return status().networks();
    }

    /**
     * Joins one more network, for good: its home, or store, keeps the membership. Starts the node if it does not run; {@link #up}
     * waits until it is let in. Joining again does nothing more.
     *
     * @param networkId 16 hexadecimal digits
     * @throws IllegalArgumentException if it is none
     * @throws UnsupportedOperationException on an overlay
     */
    public void join(String networkId) throws IOException {
        long id = network(networkId);
        instance.control().join(id);
    }

    /**
     * Leaves a network, for good: its connections end, and its configuration and settings are deleted. A network that is named
     * in the settings of the next start is joined again by that.
     *
     * @param networkId 16 hexadecimal digits
     * @return false if it was not joined
     * @throws IllegalArgumentException if it is no network id
     * @throws UnsupportedOperationException on an overlay
     */
    public boolean leave(String networkId) throws IOException {
        long id = network(networkId);
        return instance.control().leave(id);
    }

    /**
     * Changes what a network may do, at once and for good; nothing happens if it is not joined.
     *
     * @param networkId 16 hexadecimal digits
     * @throws IllegalArgumentException if it is no network id
     * @throws UnsupportedOperationException on an overlay
     */
    public void configure(String networkId, NetworkSettings settings) throws IOException {
        long id = network(networkId);
        instance.control().configure(id, Objects.requireNonNull(settings, "settings"));
    }

    /**
     * Joins a moon, which one of its roots is asked for.
     *
     * @param moon its id, 10 or 16 hexadecimal digits
     * @param seed the address of the root, 10 hexadecimal digits
     * @throws IllegalArgumentException if one of them is none
     * @throws UnsupportedOperationException on an overlay
     */
    public void orbit(String moon, String seed) throws IOException {
        long id = world(moon);
        long root = world(seed);
        instance.control().orbit(id, root);
    }

    /**
     * Leaves a moon.
     *
     * @param moon its id, 10 or 16 hexadecimal digits
     * @throws IllegalArgumentException if it is none
     * @throws UnsupportedOperationException on an overlay
     */
    public void deorbit(String moon) throws IOException {
        long id = world(moon);
        instance.control().deorbit(id);
    }

    private static long network(String text) {
        if (!NETWORK.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a network id of 16 hexadecimal digits");
        }
        return Long.parseUnsignedLong(text, 16);
    }

    private static long world(String text) {
        if (!WORLD.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not an id of 10 hexadecimal digits");
        }
        return Long.parseUnsignedLong(text, 16);
    }

    /** Has a listener told what happens from now on. */
    public void addListener(ZeroTierListener listener) {
        events.add(listener);
    }

    /** Takes a listener back; an event that is under way may still reach it. */
    public void removeListener(ZeroTierListener listener) {
        events.remove(listener);
    }

    /**
     * Has a listener told of frames between others that a network's rules divert to this node. On an overlay there are no
     * rules, and no such frames.
     */
    public void addFrameListener(ZeroTierFrameListener listener) {
        instance.addFrameListener(listener);
    }

    /** Takes a listener of frames back; a frame that is under way may still reach it. */
    public void removeFrameListener(ZeroTierFrameListener listener) {
        instance.removeFrameListener(listener);
    }

    /**
     * The addresses of a name of the networks, else of the JDK's resolver ({@code docs/names.md}); of an address literal, that
     * address.
     *
     * @throws UnknownHostException saying what to do, if there is none
     */
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        if (!LITERAL.matcher(name).matches()) {
            Optional<List<InetAddress>> found = names.lookup(name, Families.ofProperties());
            if (found.isPresent()) {
                return found.get();
            }
        }
        return List.of(InetAddress.getAllByName(name));
    }

    /** A channel, not connected; the first use starts the node. */
    public SocketChannel openSocketChannel() throws IOException {
        return channels.openSocketChannel();
    }

    /** A listening channel, not bound. */
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return channels.openServerSocketChannel();
    }

    /** A datagram channel, not bound. */
    public DatagramChannel openDatagramChannel() throws IOException {
        return channels.openDatagramChannel();
    }

    /** A selector for the channels of this instance. */
    public Selector openSelector() throws IOException {
        return channels.openSelector();
    }

    /** For libraries that take a provider, such as Netty. */
    public SelectorProvider selectorProvider() {
        return channels;
    }

    /** For asynchronous channels. Groups that the program opens with it are the program's to shut down. */
    public AsynchronousChannelProvider asynchronousChannelProvider() {
        return asynchronous;
    }

    /**
     * Makes sockets for libraries that take a factory, and for {@code SSLSocketFactory.createSocket(socket, host, port, true)}.
     * Host names are looked up as by {@link #resolve}. The sockets are views of channels: an interrupt closes them.
     */
    public SocketFactory socketFactory() {
        return new ChannelSocketFactory(channels, this::resolve);
    }

    /** Makes listeners. */
    public ServerSocketFactory serverSocketFactory() {
        return new ChannelServerSocketFactory(channels);
    }

    /**
     * Closes what was opened, delivers what was written to living peers ({@code ztnio.exit.timeout} is the limit), ends the
     * node and lets go of its home. When this returns no thread, descriptor or lock is left. Idempotent; not to be called by a
     * listener. Who is interrupted while waiting returns early.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        startup.close();
        try {
            channels.close();
            asynchronous.shutdown();
        } catch (IOException e) {
            System.getLogger("io.ztnio")
                    .log(System.Logger.Level.DEBUG, "closing the asynchronous channels of an instance", e);
        } finally {
            instance.close();
            events.close();
        }
        try {
            events.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
