/**
 * Who traffic comes from, and how much of a table that the network can fill each may have.
 *
 * <p>Thread: what is said of each.
 */
package io.ztnio.tcpip.share;
