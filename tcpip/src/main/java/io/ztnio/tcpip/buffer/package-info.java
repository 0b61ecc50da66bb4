/**
 * The byte rings between an application and the engine of a connection.
 *
 * <p>Thread: each ring has one producer and one consumer; every method says whose it is. Nothing here blocks or throws.
 */
package io.ztnio.tcpip.buffer;
