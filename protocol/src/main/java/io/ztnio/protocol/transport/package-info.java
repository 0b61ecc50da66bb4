/**
 * UDP under a node: real sockets, batches of datagrams.
 *
 * <p>Thread: as each type says. The only package of the protocol that does I/O on sockets; what a send or a receive
 * fails with is counted, not thrown.
 */
package io.ztnio.protocol.transport;
