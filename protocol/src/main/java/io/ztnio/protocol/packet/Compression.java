package io.ztnio.protocol.packet;

import io.ztnio.protocol.wire.PacketHeader;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** LZ4 of a packet's payload, in LZ4's block format without any frame ({@code protocol.md} 2.9). Thread-safe. */
public final class Compression {
    /** Longest payload of a decompressed packet. */
    private static final int MAX_PAYLOAD = PacketHeader.MAX_PACKET_LENGTH - PacketHeader.LENGTH;
    /** Shorter packets are not worth a try. */
    private static final int MIN_PACKET = PacketHeader.LENGTH + 64 + 1;

    // Neither native code nor Unsafe.
    private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();
    private static final LZ4SafeDecompressor DECOMPRESSOR =
            LZ4Factory.safeInstance().safeDecompressor();

    /** What {@link #compress} needs as scratch. */
    public static final int SCRATCH_LENGTH = COMPRESSOR.maxCompressedLength(MAX_PAYLOAD);

    private Compression() {}

    /**
     * Compresses the payload in place if that makes the packet shorter, and sets the flag in the verb byte.
     *
     * @param scratch at least {@link #SCRATCH_LENGTH} bytes
     * @return the packet's new length, or {@code length} if it stays as it is
     */
    public static int compress(byte[] packet, int offset, int length, byte[] scratch) {
        if (length < MIN_PACKET) {
            return length;
        }
        int payload = offset + PacketHeader.LENGTH;
        int payloadLength = length - PacketHeader.LENGTH;
        int compressed = COMPRESSOR.compress(packet, payload, payloadLength, scratch, 0, scratch.length);
        if (compressed >= payloadLength) {
            return length;
        }
        System.arraycopy(scratch, 0, packet, payload, compressed);
        packet[offset + PacketHeader.VERB] |= (byte) PacketHeader.FLAG_COMPRESSED;
        return PacketHeader.LENGTH + compressed;
    }

    /**
     * Decompresses a packet whose compressed flag is set: writes the header with the flag cleared, and the payload, to the
     * start of {@code target}.
     *
     * @param target at least {@link PacketHeader#MAX_PACKET_LENGTH} bytes, not {@code packet}
     * @return the packet's length in {@code target}, or -1 if the payload is malformed or too long
     */
    public static int decompress(byte[] packet, int offset, int length, byte[] target) {
        System.arraycopy(packet, offset, target, 0, PacketHeader.LENGTH);
        target[PacketHeader.VERB] &= (byte) ~PacketHeader.FLAG_COMPRESSED;
        int compressedLength = length - PacketHeader.LENGTH;
        if (compressedLength == 0) {
            return PacketHeader.LENGTH;
        }
        try {
            int payloadLength = DECOMPRESSOR.decompress(
                    packet, offset + PacketHeader.LENGTH, compressedLength, target, PacketHeader.LENGTH, MAX_PAYLOAD);
            return payloadLength == 0 ? -1 : PacketHeader.LENGTH + payloadLength;
        } catch (LZ4Exception | IndexOutOfBoundsException e) {
            return -1;
        }
    }
}
