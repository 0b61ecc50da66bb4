/**
 * A private planet on one machine, in network namespaces: hosts, real daemons, JVMs, loss and NAT.
 *
 * <p>Thread: confined to the test that created the lab, except its tear-down, which a shutdown hook may run. What the
 * machine refuses is an {@link java.lang.IllegalStateException} with the command and its output; what does not happen in
 * time is an {@link java.lang.AssertionError}.
 */
package io.ztnio.it.lab;
