package io.ztnio.provider;

import io.ztnio.provider.async.DefaultGroup;
import io.ztnio.provider.async.ZeroTierAsynchronousServerSocketChannel;
import io.ztnio.provider.async.ZeroTierAsynchronousSocketChannel;
import io.ztnio.provider.async.ZeroTierChannelGroup;
import io.ztnio.provider.dual.Stacks;
import io.ztnio.provider.runtime.DefaultNetworks;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * The provider to name in {@code -Djava.nio.channels.spi.AsynchronousChannelProvider}: what {@link
 * ZeroTierSelectorProvider} is to channels with selectors.
 *
 * <p>Thread: thread-safe.
 */
public final class ZeroTierAsynchronousChannelProvider extends AsynchronousChannelProvider {
    /** Given networks, or {@code null} for the process's. */
    private final VirtualNetworks given;

    private final DefaultGroup defaultGroup = new DefaultGroup(this);
    private final ZeroTierChannelGroup hostAlone = ZeroTierChannelGroup.ofHostAlone(this);

    /**
     * For {@code java.nio.channels.spi}. Starts nothing. The networks are those of {@link DefaultNetworks} when a channel
     * is opened.
     */
    public ZeroTierAsynchronousChannelProvider() {
        this.given = null;
    }

    /** A provider for {@code networks}, to be used directly. */
    public ZeroTierAsynchronousChannelProvider(VirtualNetworks networks) {
        this.given = Objects.requireNonNull(networks);
    }

    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(int threads, ThreadFactory factory)
            throws IOException {
        return ZeroTierChannelGroup.ofThreads(this, threads, factory);
    }

    @Override
    public AsynchronousChannelGroup openAsynchronousChannelGroup(ExecutorService executor, int initialSize)
            throws IOException {
        return ZeroTierChannelGroup.ofExecutor(this, executor, initialSize);
    }

    @Override
    public AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(AsynchronousChannelGroup group)
            throws IOException {
        Stacks stacks = Stacks.of(given);
        return ZeroTierAsynchronousServerSocketChannel.open(this, stacks, ours(group, stacks));
    }

    @Override
    public AsynchronousSocketChannel openAsynchronousSocketChannel(AsynchronousChannelGroup group) throws IOException {
        Stacks stacks = Stacks.of(given);
        return ZeroTierAsynchronousSocketChannel.open(this, stacks, ours(group, stacks));
    }

    /** Ends the channels of the default group, and its threads. */
    void shutdown() throws IOException {
        defaultGroup.shutdown();
    }

    private ZeroTierChannelGroup ours(AsynchronousChannelGroup group, Stacks stacks) throws IOException {
        if (group instanceof ZeroTierChannelGroup ours) {
            return ours;
        }
        if (group != null) {
            throw new IllegalChannelGroupException();
        }
        return stacks.isConfigured() ? defaultGroup.get() : hostAlone;
    }
}
