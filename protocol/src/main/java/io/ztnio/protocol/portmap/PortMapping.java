package io.ztnio.protocol.portmap;

import java.net.InetSocketAddress;

/**
 * A port of a router that leads to ours. Immutable.
 *
 * @param external where we can be reached from beyond the router
 * @param lifetimeSeconds how long the router keeps it, from when it said so; 0 for as long as it runs
 */
record PortMapping(InetSocketAddress external, long lifetimeSeconds) {}
