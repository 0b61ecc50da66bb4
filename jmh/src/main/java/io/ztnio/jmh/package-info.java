/**
 * Benchmarks of the cores, and the rigs that wire cores together in memory: no sockets, no clock but the virtual one.
 *
 * <p>Thread: each rig belongs to one thread.
 */
package io.ztnio.jmh;
