package io.ztnio.provider.runtime;

import java.util.Objects;

/**
 * Where a provider that was made by its class name finds its networks.
 *
 * <p>Thread: thread-safe.
 */
public final class DefaultNetworks {
    private static volatile VirtualNetworksSource source = ProcessNetworks::get;

    private DefaultNetworks() {}

    /** The networks of this process: those that its configuration names, unless a source is installed. */
    public static VirtualNetworks get() {
        return source.networks();
    }

    /** Replaces the source. Channels that are open already keep the networks they were opened with. */
    public static void install(VirtualNetworksSource replacement) {
        source = Objects.requireNonNull(replacement);
    }
}
