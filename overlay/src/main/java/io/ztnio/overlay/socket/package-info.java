/**
 * Streams and datagrams by node id and port, for programs that wait: thin adapters over the stack's endpoints.
 *
 * <p>Thread: thread-safe; reads wait for each other, and so do writes. Closing ends what waits.
 */
package io.ztnio.overlay.socket;
