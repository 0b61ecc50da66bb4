/**
 * {@code java.net}'s sockets in both stacks: what {@code Socket}, {@code ServerSocket}, {@code DatagramSocket} and {@code
 * MulticastSocket} delegate to once the agent has asked the JDK to. The host stack's half is the JDK's own
 * implementation; which stack an address means, binds, options and the alternation between both are those of {@code
 * io.ztnio.provider.dual}, as for channels.
 *
 * <p>Thread: thread-safe. Blocking operations park, and hold no monitor while they do. An interrupt means to a platform
 * thread and to a virtual one what it means on the JDK's own sockets.
 */
package io.ztnio.provider.socket;
