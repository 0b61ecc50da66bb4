/** A deterministic internet for whole nodes: virtual time, seeded latency, loss and duplication, NATs. */
package io.ztnio.protocol.sim;
