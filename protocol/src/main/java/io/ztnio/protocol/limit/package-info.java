/**
 * How often something may be done for whom: token buckets in tables that do not grow.
 *
 * <p>Thread: a limit belongs to one thread. Nothing here throws for input from the network.
 */
package io.ztnio.protocol.limit;
