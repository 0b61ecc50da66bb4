/**
 * The controller role: admits members to networks and signs their configurations and credentials ({@code protocol.md} 9).
 *
 * <p>Thread: definitions are immutable; {@link io.ztnio.protocol.controller.Controller} is confined to the node. Nothing
 * here throws for input from the network; definitions that cannot be are refused with {@code IllegalArgumentException}.
 */
package io.ztnio.protocol.controller;
