/**
 * Nodes that run: {@link io.ztnio.overlay.runtime.OverlayNode} on sockets or a hub, in real time, and
 * {@link io.ztnio.overlay.runtime.VirtualWorld} with any number of nodes in virtual time.
 *
 * <p>Thread: nodes in real time are thread-safe; a virtual world belongs to one thread.
 */
package io.ztnio.overlay.runtime;
