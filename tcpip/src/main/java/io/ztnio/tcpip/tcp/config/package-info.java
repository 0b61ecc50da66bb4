/**
 * What is set: for a node ({@link io.ztnio.tcpip.tcp.config.TcpConfig}), for a socket ({@link
 * io.ztnio.tcpip.tcp.config.StreamOptions}), and between two ends by their SYNs ({@link
 * io.ztnio.tcpip.tcp.config.Offer}).
 *
 * <p>Thread: immutable, except the options of a socket: written by application threads, read by any.
 */
package io.ztnio.tcpip.tcp.config;
