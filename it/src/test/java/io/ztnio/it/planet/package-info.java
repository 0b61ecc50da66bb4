/**
 * A whole planet in virtual time: roots, a controller and its members behind NATs, on the simulated internet of {@code protocol}'s tests.
 *
 * <p>Everything follows from a seed. Thread: one for all nodes.
 */
package io.ztnio.it.planet;
