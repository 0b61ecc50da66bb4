package io.ztnio.provider;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Another node that an instance knows, as it was at one moment. Immutable.
 *
 * @param address ZeroTier address, ten hexadecimal digits
 * @param root whether it is a root of the planet
 * @param direct whether packets go to it directly; if not, a root relays them
 * @param path where they go, if directly
 * @param latency of a round trip, if it is known
 * @param version of its software; empty while not known
 */
public record ZeroTierPeer(
        String address,
        boolean root,
        boolean direct,
        Optional<InetSocketAddress> path,
        Optional<Duration> latency,
        String version) {}
