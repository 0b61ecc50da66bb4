/**
 * Forwarders between two places that may be in different stacks: a stream tunnel and a datagram tunnel, each a selector
 * loop over channels of one provider.
 *
 * <p>Thread: a tunnel runs on the thread that calls {@code run}; stopping it and reading its counts may be done from any
 * thread. A failing connection is reported and counted, and ends nothing but itself.
 */
package io.ztnio.tools.tunnel;
