/**
 * {@code decode}: what VL1 packets a capture file holds, decrypted as far as the given identities allow.
 *
 * <p>Thread: confined to the main thread. A packet that cannot be read has a status that says so; only an unreadable file
 * throws.
 */
package io.ztnio.tools.cli.decode;
