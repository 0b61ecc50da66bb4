package io.ztnio.tcpip.tcp.config;

import io.ztnio.tcpip.tcp.segment.SegmentWriter;
import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;

/**
 * What both sides of a connection agree on by their SYNs.
 *
 * @param ownShift how we scale our window
 * @param peerShift how the peer scales its window
 * @param congestionNotification the peer offers ECN (RFC 3168 6.1.1), which we accept and never offer
 */
public record Offer(
        boolean selectiveAcks,
        boolean timestamps,
        boolean windowScaling,
        int ownShift,
        int peerShift,
        boolean congestionNotification) {
    /** What our settings and the peer's SYN have in common. */
    public static Offer of(TcpConfig config, TcpSegment syn) {
        boolean scaling = syn.windowShift >= 0;
        return new Offer(
                config.selectiveAcks && syn.sackPermitted,
                config.timestamps && syn.hasTimestamps,
                scaling,
                scaling ? config.windowShift() : 0,
                Math.max(0, syn.windowShift),
                config.congestionNotification && syn.has(TcpFlags.ECE) && syn.has(TcpFlags.CWR));
    }

    /** What our own SYN offers. */
    public static Offer own(TcpConfig config) {
        return new Offer(config.selectiveAcks, config.timestamps, true, config.windowShift(), 0, false);
    }

    /** Writes the options of a SYN. */
    public void write(SegmentWriter writer, int maximumSegment, int timestampValue, int timestampEcho) {
        writer.maximumSegment(maximumSegment);
        if (selectiveAcks) {
            writer.sackPermitted();
        }
        if (timestamps) {
            writer.timestamps(timestampValue, timestampEcho);
        }
        if (windowScaling) {
            writer.windowScale(ownShift);
        }
    }
}
