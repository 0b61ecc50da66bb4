/**
 * A {@link io.ztnio.tcpip.Gate} for real time: the clock of an engine, and the turns that whoever has work runs. The one
 * package of this module that reads a clock and knows of threads.
 *
 * <p>Thread: thread-safe.
 */
package io.ztnio.tcpip.turn;
