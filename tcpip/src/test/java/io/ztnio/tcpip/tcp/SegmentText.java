package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.tcp.segment.TcpFlags;
import io.ztnio.tcpip.tcp.segment.TcpSegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Segments as text, in the manner of packetdrill: {@code "P. 1:500 ack 1 win 1000 <sack 5-9 12-20,ts 3 4>"}. Flags are
 * the letters S, F, R, P, U, E (ECE), W (CWR) and a dot for ACK, or - for none; then sequence number and payload
 * length; {@code urg} is the urgent pointer. Sequence numbers are relative to the initial ones, and a peer's timestamps to its first.
 */
final class SegmentText {
    private SegmentText() {}

    /** The byte at a position of the scripted peer's stream, counted from 1. */
    static byte payloadByte(long position) {
        return (byte) (position * 31 + (position >>> 8) * 7);
    }

    static String format(TcpSegment segment, int senderIss, int receiverIss, int receiverTimestamp) {
        StringBuilder text = new StringBuilder();
        String letters = "FSRP.UEW";
        for (int bit : new int[] {1, 0, 2, 3, 5, 6, 7, 4}) {
            if ((segment.flags & (1 << bit)) != 0) {
                text.append(letters.charAt(bit));
            }
        }
        text.append(' ').append(Integer.toUnsignedString(segment.sequence - senderIss));
        text.append(':').append(segment.payloadLength);
        if (segment.has(TcpFlags.ACK)) {
            text.append(" ack ").append(Integer.toUnsignedString(segment.acknowledgment - receiverIss));
        }
        if (segment.has(TcpFlags.URG)) {
            text.append(" urg ").append(segment.urgentPointer);
        }
        List<String> options = new ArrayList<>();
        if (segment.mss > 0) {
            options.add("mss " + segment.mss);
        }
        if (segment.sackPermitted) {
            options.add("sackOK");
        }
        if (segment.hasTimestamps) {
            boolean echoes = segment.has(TcpFlags.ACK);
            options.add("ts " + (echoes ? segment.timestampEcho - receiverTimestamp : segment.timestampEcho));
        }
        if (segment.windowShift >= 0) {
            options.add("ws " + segment.windowShift);
        }
        if (segment.sackBlocks > 0) {
            StringBuilder blocks = new StringBuilder("sack");
            for (int i = 0; i < segment.sackBlocks; i++) {
                blocks.append(' ')
                        .append(Integer.toUnsignedString(segment.sackLeft[i] - receiverIss))
                        .append('-')
                        .append(Integer.toUnsignedString(segment.sackRight[i] - receiverIss));
            }
            options.add(blocks.toString());
        }
        if (!options.isEmpty()) {
            text.append(" <").append(String.join(",", options)).append('>');
        }
        return text.toString();
    }

    /** Builds a segment from text; the checksum is left 0. */
    static byte[] build(String text, int sourcePort, int destinationPort, int ownIss, int peerIss, int windowShift) {
        return build(text, sourcePort, destinationPort, ownIss, peerIss, 0, windowShift);
    }

    /** As the other, with timestamps that are relative too; their echo is not. */
    static byte[] build(
            String text,
            int sourcePort,
            int destinationPort,
            int ownIss,
            int peerIss,
            int ownTimestamp,
            int windowShift) {
        String head = text;
        String optionText = "";
        int bracket = text.indexOf('<');
        if (bracket >= 0) {
            head = text.substring(0, bracket).trim();
            optionText = text.substring(bracket + 1, text.indexOf('>'));
        }
        String[] words = head.split(" ", -1);
        int flags = 0;
        for (char letter : words[0].toCharArray()) {
            if (letter != '-') {
                flags |= 1 << "FSRP.UEW".indexOf(letter);
            }
        }
        String[] range = words[1].split(":", -1);
        long sequence = Long.parseLong(range[0]);
        int length = Integer.parseInt(range[1]);
        int acknowledgment = 0;
        int window = 65_535;
        int urgentPointer = 0;
        for (int i = 2; i < words.length; i += 2) {
            switch (words[i]) {
                case "ack" -> acknowledgment = peerIss + (int) Long.parseLong(words[i + 1]);
                case "urg" -> urgentPointer = Integer.parseInt(words[i + 1]);
                case "win" ->
                    window = Integer.parseInt(words[i + 1]) >>> ((flags & TcpFlags.SYN) != 0 ? 0 : windowShift);
                default -> throw new IllegalArgumentException(text);
            }
        }
        byte[] options = options(optionText, peerIss, ownTimestamp);
        ByteBuffer out = ByteBuffer.allocate(20 + options.length + length);
        out.putShort((short) sourcePort).putShort((short) destinationPort);
        out.putInt(ownIss + (int) sequence).putInt(acknowledgment);
        out.put((byte) (((20 + options.length) / 4) << 4)).put((byte) flags);
        out.putShort((short) Math.min(window, 65_535)).putShort((short) 0).putShort((short) urgentPointer);
        out.put(options);
        for (int i = 0; i < length; i++) {
            out.put(payloadByte(sequence + i));
        }
        return out.array();
    }

    private static byte[] options(String text, int peerIss, int ownTimestamp) {
        ByteBuffer out = ByteBuffer.allocate(40);
        for (String option : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] words = option.split(" ", -1);
            switch (words[0]) {
                case "mss" -> out.put((byte) 2).put((byte) 4).putShort((short) Integer.parseInt(words[1]));
                case "ws" -> out.put((byte) 1).put((byte) 3).put((byte) 3).put((byte) Integer.parseInt(words[1]));
                case "sackOK" -> out.putInt(0x01010402);
                case "ts" ->
                    out.putInt(0x0101080a)
                            .putInt(ownTimestamp + (int) Long.parseLong(words[1]))
                            .putInt((int) Long.parseLong(words[2]));
                case "raw" -> {
                    for (int i = 1; i < words.length; i++) {
                        out.put((byte) Integer.parseInt(words[i], 16));
                    }
                }
                case "sack" -> {
                    out.put((byte) 1).put((byte) 1).put((byte) 5).put((byte) (2 + 8 * (words.length - 1)));
                    for (int i = 1; i < words.length; i++) {
                        String[] ends = words[i].split("-", -1);
                        out.putInt(peerIss + Integer.parseInt(ends[0])).putInt(peerIss + Integer.parseInt(ends[1]));
                    }
                }
                default -> throw new IllegalArgumentException(text);
            }
        }
        while (out.position() % 4 != 0) {
            out.put((byte) 1);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
