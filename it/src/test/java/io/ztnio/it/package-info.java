/**
 * Whole-system tests: the packaged jar in JVMs of its own, alone on loopback and against real ZeroTier daemons.
 *
 * <p>Every node of a test lives on a private planet: the environment forbids the public one to all JVMs started here.
 * Thread: each test on its own; failures are assertion errors.
 */
package io.ztnio.it;
