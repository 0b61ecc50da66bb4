/**
 * Header layouts of Ethernet-borne protocols as static accessors over bytes, and the Internet checksum.
 *
 * <p>Thread: stateless. Bounds are the caller's to check before it reads a field; nothing else throws.
 */
package io.ztnio.tcpip.wire;
