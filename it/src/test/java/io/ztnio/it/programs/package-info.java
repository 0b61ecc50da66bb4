/**
 * Ordinary JDK programs that know nothing of ZeroTier. The tests run the same class files over the kernel's TCP/IP and
 * over the provider's.
 *
 * <p>Thread: each class is the main class of a process of its own. An exception ends the process with a non-zero code.
 */
package io.ztnio.it.programs;
