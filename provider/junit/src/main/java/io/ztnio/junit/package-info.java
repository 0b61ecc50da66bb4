/**
 * A JUnit 5 extension: {@link io.ztnio.junit.ZeroTierNetwork} gives a test a planet, a network and nodes, all in memory.
 *
 * <p>Thread: as JUnit runs tests; tests may run in parallel, for no two networks know of each other.
 */
package io.ztnio.junit;
