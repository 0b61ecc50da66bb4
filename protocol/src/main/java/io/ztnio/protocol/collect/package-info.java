/**
 * Collections keyed by primitives, for the data path.
 *
 * <p>Thread: each instance belongs to one thread.
 */
package io.ztnio.protocol.collect;
