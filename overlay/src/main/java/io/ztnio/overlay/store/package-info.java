/**
 * The files of a node, by key: {@code networks.d/<NWID>.conf}, {@code networks.d/<NWID>.addr},
 * {@code peers.d/<NWID>/<PEER>.peer}, {@code addressbook}. Their layouts are in {@code docs/overlay.md}.
 *
 * <p>Thread: stateless, except stores, which are thread-safe. A file that is damaged throws {@link
 * io.ztnio.overlay.store.DamagedStateException} and is left alone.
 */
package io.ztnio.overlay.store;
