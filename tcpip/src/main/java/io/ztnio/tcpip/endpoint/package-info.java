/**
 * What applications hold of a stack: stream, listener and datagram endpoints with readiness.
 *
 * <p>Thread: unlike the rest of the module, the interfaces here are called from application threads; each says what
 * may run at the same time. Nothing blocks: the caller waits for readiness. Exceptions are those of {@code java.net},
 * with the texts that the JDK's own sockets use on Linux.
 */
package io.ztnio.tcpip.endpoint;
