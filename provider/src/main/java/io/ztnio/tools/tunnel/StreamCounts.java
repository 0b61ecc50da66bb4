package io.ztnio.tools.tunnel;

/**
 * What a stream tunnel has done so far. Immutable.
 *
 * @param accepted connections, those that failed among them
 * @param open connections now
 * @param failed connections that the target did not take, or that were cut
 */
public record StreamCounts(long accepted, long open, long failed, long bytesToTarget, long bytesToClients) {}
