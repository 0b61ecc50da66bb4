/**
 * Which stack an address is for: the host's or the virtual networks'. The decision is a function of what the networks
 * claim, how they stand, the host's addresses and the settings; waiting for one that is still pending is beside it.
 *
 * <p>Thread: each type says. A decision never waits; what is told of one later is told without a lock held.
 */
package io.ztnio.provider.routing;
