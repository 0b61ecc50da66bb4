/**
 * From packets to datagrams and back: compression, splitting and reassembly ({@code protocol.md} 2.5 to 2.9).
 *
 * <p>Thread: {@link io.ztnio.protocol.packet.Reassembly} belongs to one thread; the rest is stateless. Nothing throws for
 * what a datagram contains; what is refused is counted.
 */
package io.ztnio.protocol.packet;
