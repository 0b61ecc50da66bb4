/**
 * A {@link io.ztnio.tcpip.Gate} for real time: the clock of an engine, the turns that whoever has work
 * runs, and the thread that waits for arrivals and deadlines. The one package of this module that reads a clock and knows of threads.
 *
 * <p>Thread: thread-safe.
 */
package io.ztnio.tcpip.turn;
