package io.ztnio.provider.runtime;

/** Makes or finds the networks of this process. */
@FunctionalInterface
public interface VirtualNetworksSource {
    /**
     * The networks. Called each time a channel is opened, from any thread: the same object is expected each time, and
     * making it starts no node.
     */
    VirtualNetworks networks();
}
