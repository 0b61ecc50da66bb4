/**
 * The stack as a whole: what wires its layers together, and its settings.
 *
 * <p>Thread: see {@link io.ztnio.tcpip.stack.IpStack}.
 */
package io.ztnio.tcpip.stack;
