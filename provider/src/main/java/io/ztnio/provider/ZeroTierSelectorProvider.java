package io.ztnio.provider;

import io.ztnio.provider.channel.ZeroTierDatagramChannel;
import io.ztnio.provider.channel.ZeroTierPipe;
import io.ztnio.provider.channel.ZeroTierServerSocketChannel;
import io.ztnio.provider.channel.ZeroTierSocketChannel;
import io.ztnio.provider.config.ConfigException;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.runtime.DefaultNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import io.ztnio.provider.selector.ZeroTierSelector;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;

/**
 * The provider to name in {@code -Djava.nio.channels.spi.SelectorProvider}. Its channels reach ZeroTier networks through
 * a TCP/IP stack in this process and everything else through the operating system; one selector watches both.
 *
 * <p>Channels are always ours, even when the operating system does all the work: the JDK's own ones cannot be registered
 * with our selectors.
 *
 * <p>Thread: thread-safe.
 */
public final class ZeroTierSelectorProvider extends SelectorProvider {
    /** Given networks, or {@code null} for the process's. */
    private final VirtualNetworks given;

    /**
     * For {@code java.nio.channels.spi}. Starts nothing and uses no channels: {@code SelectorProvider.provider()} is
     * still being initialised. The networks are those of {@link DefaultNetworks} when a channel is opened.
     */
    public ZeroTierSelectorProvider() {
        this.given = null;
    }

    /** A provider for {@code networks}, to be used directly. */
    public ZeroTierSelectorProvider(VirtualNetworks networks) {
        this.given = Objects.requireNonNull(networks);
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return OsProvider.isInside()
                ? OsProvider.get().openDatagramChannel()
                : ZeroTierDatagramChannel.open(this, stacks(), null);
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        Objects.requireNonNull(family, "'family' is null");
        return OsProvider.isInside()
                ? OsProvider.get().openDatagramChannel(family)
                : ZeroTierDatagramChannel.open(this, stacks(), family);
    }

    @Override
    public Pipe openPipe() throws IOException {
        Pipe os = OsProvider.openPipe();
        return OsProvider.isInside() ? os : new ZeroTierPipe(this, os);
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        if (OsProvider.isInside()) {
            return OsProvider.openSelector();
        }
        if (isPassThrough()) {
            return ZeroTierSelector.openPassThrough(this);
        }
        NativeTransports.lookAtCaller();
        return new ZeroTierSelector(this);
    }

    /** Whether there are no networks. Not so while the configuration is wrong, which channels complain of. */
    private boolean isPassThrough() {
        try {
            return !(given == null ? DefaultNetworks.get() : given).isConfigured();
        } catch (ConfigException e) {
            return false;
        }
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return OsProvider.isInside()
                ? OsProvider.get().openServerSocketChannel()
                : ZeroTierServerSocketChannel.open(this, stacks(), null);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        Objects.requireNonNull(family, "'family' is null");
        return OsProvider.isInside()
                ? OsProvider.get().openServerSocketChannel(family)
                : ZeroTierServerSocketChannel.open(this, stacks(), family);
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return OsProvider.isInside()
                ? OsProvider.get().openSocketChannel()
                : ZeroTierSocketChannel.open(this, stacks(), null);
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        Objects.requireNonNull(family, "'family' is null");
        return OsProvider.isInside()
                ? OsProvider.get().openSocketChannel(family)
                : ZeroTierSocketChannel.open(this, stacks(), family);
    }

    /** The channel that {@code inetd} or a service supervisor left, if there is one; always the same object. */
    @Override
    public Channel inheritedChannel() throws IOException {
        return Inherited.channel(OsProvider.get().inheritedChannel(), this, stacks());
    }

    /**
     * The stacks of a new channel.
     *
     * @throws IOException with each problem of the configuration
     */
    private Stacks stacks() throws IOException {
        return Stacks.of(given);
    }

    /** One facade per process, as there is one inherited descriptor. */
    private static final class Inherited {
        private static Channel facade;

        private Inherited() {}

        static synchronized Channel channel(Channel os, SelectorProvider provider, Stacks stacks) {
            if (facade == null && os != null) {
                facade = wrap(os, provider, stacks);
            }
            return facade;
        }

        private static Channel wrap(Channel os, SelectorProvider provider, Stacks stacks) {
            if (os instanceof SocketChannel socket) {
                return ZeroTierSocketChannel.ofHost(provider, stacks, socket);
            }
            if (os instanceof ServerSocketChannel listener) {
                return ZeroTierServerSocketChannel.ofHost(provider, stacks, listener);
            }
            return os instanceof DatagramChannel datagrams
                    ? ZeroTierDatagramChannel.ofHost(provider, stacks, datagrams)
                    : os;
        }
    }
}
