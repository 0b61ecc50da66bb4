/**
 * What carries datagrams between nodes: UDP sockets, or a hub within the process that can be made as bad as a network.
 *
 * <p>Thread: as each type says.
 */
package io.ztnio.overlay.transport;
