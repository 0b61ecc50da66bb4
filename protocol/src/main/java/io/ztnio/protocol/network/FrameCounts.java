package io.ztnio.protocol.network;

/**
 * What the rules of a network have decided since it was joined. Immutable.
 *
 * @param acceptedIn frames of members that were let in
 * @param droppedIn those that were not
 * @param acceptedOut frames of ours that were let out; a multicast counts once for the group and once for each receiver
 * @param droppedOut those that were not
 */
public record FrameCounts(long acceptedIn, long droppedIn, long acceptedOut, long droppedOut) {}
