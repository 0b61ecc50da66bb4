/**
 * The core of every socket that may live in the host stack (the operating system's), in the virtual stack, or in both:
 * which of them an address means, one bind for both, one decision, one alternation between them, and one adapter that
 * says options and addresses as {@code java.net} does. It knows no channel of ours and no selector, so that channels and
 * {@code java.net}'s sockets can stand on it alike.
 *
 * <p>Thread: as each type says; no lock is held while waiting. Exceptions are those of the JDK's own channels.
 */
package io.ztnio.provider.dual;
