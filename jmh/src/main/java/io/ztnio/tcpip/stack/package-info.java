/** Benchmarks that need what is private to this package. */
package io.ztnio.tcpip.stack;
