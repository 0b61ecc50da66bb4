/**
 * Nodes that run: {@link io.ztnio.overlay.runtime.OverlayNode} on sockets or a hub, in real time, and
 * {@link io.ztnio.overlay.runtime.VirtualOverlay} with any number of nodes in virtual time.
 *
 * <p>Thread: nodes in real time are thread-safe; a virtual overlay belongs to one thread.
 */
package io.ztnio.overlay.runtime;
