/**
 * Threads that seal packets and send them, so that whoever is inside an engine's gate need not. All data of one peer goes by
 * one of them and keeps its order.
 *
 * <p>Thread: offering is confined to the gate, the rest as each type says. What a send fails with is counted by the
 * transport; nothing is thrown to the gate.
 */
package io.ztnio.provider.sender;
