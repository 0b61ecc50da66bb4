/**
 * A user-space TCP/IP stack as a sans-I/O library: Ethernet frames in and out through {@link io.ztnio.tcpip.link.Link},
 * endpoints for applications in {@link io.ztnio.tcpip.endpoint}.
 *
 * <p>Thread: everything here is confined to the {@link io.ztnio.tcpip.Gate} of its stack, except the endpoint methods
 * that say otherwise. Nothing here reads a clock, a socket or a random source: time and randomness are arguments.
 * Malformed input is counted under a drop reason and never leaves the core as an exception.
 */
package io.ztnio.tcpip;
