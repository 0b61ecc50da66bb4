/**
 * Addresses on overlay networks: those that follow from a node's id, those that nodes announce, and the names that a user
 * gives to nodes.
 *
 * <p>Thread: as each type says.
 */
package io.ztnio.overlay.address;
