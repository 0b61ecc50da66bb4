/**
 * Reads UDP datagrams from packet capture files, for diagnosis and tests.
 *
 * <p>Thread: stateless. Nothing throws for what a file contains.
 */
package io.ztnio.protocol.capture;
