package io.ztnio.protocol.controller;

/**
 * Who is told what becomes of frames ({@code protocol.md} 6.2). Immutable.
 *
 * @param address of the node that is told; 0 for nobody
 * @param level 0 to 30: how much is told
 */
public record TraceTarget(long address, long level) {
    public static final TraceTarget NONE = new TraceTarget(0, 0);
}
