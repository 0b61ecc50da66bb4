/**
 * A small network of its own: nodes that find each other, make sure of each other and exchange frames, datagrams and
 * streams, in one process or over UDP. It does not speak ZeroTier's protocol.
 *
 * <p>The interface for programs and for the layers above:
 *
 * <ul>
 *   <li>{@code runtime.OverlayConfig}: store or home, UDP addresses, port and peers, or a hub in memory; networks; the
 *       option {@code insecure}.
 *   <li>{@code runtime.OverlayNode}: {@code start}, {@code stop}, {@code close}, {@code isOpen}; {@code join(networkId,
 *       NetworkAccess)}, {@code leave}; {@code networks()} with own addresses, prefixes and members ({@code
 *       node.NetworkView}); {@code stack()} for endpoints; {@code gate()}; {@code addressBook()}; {@code
 *       addListener(OverlayListener)}; {@code drops}.
 *   <li>{@code runtime.OverlayNetwork}: {@code awaitPeer}, {@code awaitPeers}; {@code connect}, {@code listen},
 *       {@code datagrams}; {@code sendFrame}, {@code broadcastFrame}; {@code resolve} (name, address or id to node id),
 *       {@code addressOf}, {@code nodeOf}.
 *   <li>{@code node.NetworkAccess}: key, allowed public identities, own addresses, own name.
 *   <li>{@code runtime.VirtualOverlay}: nodes in virtual time, deterministic.
 * </ul>
 *
 * <p>{@code docs/overlay.md} has the wire format, the state files and the security model.
 */
package io.ztnio.overlay;
