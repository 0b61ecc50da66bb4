/**
 * The rules that filter a network's frames ({@code protocol.md} 6.3 and 7.6).
 *
 * <p>Thread: rules are immutable; an engine belongs to one thread. Nothing here throws for received bytes.
 */
package io.ztnio.protocol.rule;
