/** Netty's published test suite of sockets, in JVMs of its own. */
package io.ztnio.it.netty;
