/**
 * Which multicast groups applications listen to on a link, and how multicast routers are told: IGMP and MLD, host's
 * side.
 *
 * <p>Thread: confined to the gate. Nothing throws.
 */
package io.ztnio.tcpip.group;
