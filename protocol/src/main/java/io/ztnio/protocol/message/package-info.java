/**
 * The control messages of VL1, and those of VL2 whose layout is fixed, as immutable records ({@code protocol.md} 4).
 *
 * <p>A {@code read} starts at the payload: behind the packet header, or for what an OK or an ERROR carries, behind
 * {@link io.ztnio.protocol.message.OkHeader} or {@link io.ztnio.protocol.message.ErrorHeader}. It gives an empty {@code
 * Optional} for malformed input and ignores bytes that follow. A {@code write} of what was read gives the same
 * bytes.
 *
 * <p>Thread: immutable, thread-safe.
 */
package io.ztnio.protocol.message;
