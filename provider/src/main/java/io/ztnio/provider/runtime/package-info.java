/**
 * Wires nodes and stacks into engines and tells the channels which addresses are whose.
 *
 * <p>Thread: thread-safe unless a type says otherwise.
 */
package io.ztnio.provider.runtime;
