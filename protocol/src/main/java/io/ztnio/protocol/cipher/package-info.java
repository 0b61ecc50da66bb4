/**
 * The one primitive that is not taken from the JDK or from Bouncy Castle.
 *
 * <p>Thread: a cipher belongs to one thread.
 */
package io.ztnio.protocol.cipher;
