/**
 * {@code perf}: measures throughput and latency with plain NIO channels, so that it measures whichever stack its address
 * is in.
 *
 * <p>Thread: a thread for each stream, and one that reports; what they share is thread-safe. Throws {@code IOException}
 * as the channels do.
 */
package io.ztnio.tools.cli.perf;
