package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.packetdrill.script.ControlBits;
import io.ztnio.tcpip.packetdrill.script.PacketSpec;
import io.ztnio.tcpip.packetdrill.script.TcpOption;
import io.ztnio.tcpip.packetdrill.script.TcpOption.Kind;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Compares what the stack has sent with what a script says. The order of options and what pads them is not compared:
 * RFC 9293 3.1 leaves both to the sender.
 */
final class PacketMatcher {
    private final OptionalInt timestampTickMicros;
    private final long toleranceMicros;
    private final boolean comparesEveryPush;
    private final int windowSlackBytes;

    /**
     * @param timestampTickMicros what a tick of the stack's timestamps is if they are to be compared; otherwise those of
     *     the script are names
     * @param comparesEveryPush whether PSH is to be compared where more of the stream follows: Linux has it at the end of
     *     each burst that it hands to its segmentation offload, and its scripts with it
     * @param windowSlackBytes by how much a window that is not scaled may be smaller than the script says: as RFC 9293
     *     3.8.6.2.2 has it, ours moves its right edge only by whole segments
     */
    PacketMatcher(
            OptionalInt timestampTickMicros, long toleranceMicros, boolean comparesEveryPush, int windowSlackBytes) {
        this.windowSlackBytes = windowSlackBytes;
        this.comparesEveryPush = comparesEveryPush;
        this.timestampTickMicros = timestampTickMicros;
        this.toleranceMicros = toleranceMicros;
    }

    /**
     * Compares a segment.
     *
     * @param written bytes that the application has written so far, or -1 if that is not known
     * @throws Difference if the segment is another one than the script says
     */
    void check(PacketSpec.Tcp line, Observed sent, Conversation flow, long written) {
        PacketSpec.Tcp expected = line;
        if (!comparesEveryPush
                && sent.isTcp()
                && flow.ownPosition(flow.toScript(sent.sequence())) + sent.payloadLength() != written
                && !sent.has('P')) {
            expected = withFlags(line, line.flags().replace("P", ""));
        }
        if (!sent.isTcp() || !agrees(expected, sent, flow)) {
            throw new Difference("expected > " + text(expected) + ", sent > " + text(sent, flow));
        }
        if (!sent.hasRightChecksum()) {
            throw new Difference("a wrong checksum in > " + text(sent, flow));
        }
        checkPayload(sent, flow);
    }

    void check(PacketSpec.Udp expected, Observed sent, Conversation flow) {
        if (sent.protocol() != Segments.UDP
                || sent.payloadLength() != expected.length()
                || !agrees(expected.ip(), sent)) {
            throw new Difference("expected > udp (" + expected.length() + "), sent > " + text(sent, flow));
        }
        if (!sent.hasRightChecksum()) {
            throw new Difference("a wrong checksum in > " + text(sent, flow));
        }
    }

    /** Whether a segment may be the first part of an expected one: what is written as one may be sent as several. */
    boolean isPart(PacketSpec.Tcp expected, long done, Observed sent, Conversation flow) {
        return sent.isTcp()
                && expected.sequence().isPresent()
                && sent.payloadLength() > 0
                && sent.payloadLength() < expected.length() - done
                && !sent.has('S')
                && !sent.has('F')
                && !sent.has('R')
                && flow.toScript(sent.sequence()) == ((expected.sequence().getAsLong() + done) & 0xffff_ffffL);
    }

    /** @throws Difference if a first part is not as the whole is, but for its length, FIN and PSH */
    void checkPart(PacketSpec.Tcp expected, long done, Observed sent, Conversation flow) {
        PacketSpec.Tcp rest = rest(expected, done);
        String flags = rest.flags().replaceAll("[PF]", "") + (sent.has('P') ? "P" : "");
        check(withLength(withFlags(rest, flags), sent.payloadLength()), sent, flow, -1);
    }

    /** What is left of an expected segment whose first bytes were sent. */
    static PacketSpec.Tcp rest(PacketSpec.Tcp expected, long done) {
        OptionalLong sequence = expected.sequence().isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of((expected.sequence().getAsLong() + done) & 0xffff_ffffL);
        return new PacketSpec.Tcp(
                expected.ip(),
                expected.ports(),
                expected.flags(),
                sequence,
                expected.absolute(),
                (int) (expected.length() - done),
                expected.acknowledgment(),
                expected.window(),
                expected.urgentPointer(),
                expected.options());
    }

    private static PacketSpec.Tcp withFlags(PacketSpec.Tcp line, String flags) {
        return new PacketSpec.Tcp(
                line.ip(),
                line.ports(),
                flags.isEmpty() ? "-" : flags,
                line.sequence(),
                line.absolute(),
                line.length(),
                line.acknowledgment(),
                line.window(),
                line.urgentPointer(),
                line.options());
    }

    private static PacketSpec.Tcp withLength(PacketSpec.Tcp line, int length) {
        return new PacketSpec.Tcp(
                line.ip(),
                line.ports(),
                line.flags(),
                line.sequence(),
                line.absolute(),
                length,
                line.acknowledgment(),
                line.window(),
                line.urgentPointer(),
                line.options());
    }

    private boolean agrees(PacketSpec.Tcp expected, Observed sent, Conversation flow) {
        return agreesInNumbers(expected, sent, flow)
                && ControlBits.of(expected.flags()) == sent.flags()
                && expected.length() == sent.payloadLength()
                && (expected.window().isEmpty() || isWindow(expected.window().getAsInt(), sent))
                && expected.urgentPointer() == sent.urgentPointer()
                && agrees(expected.ip(), sent)
                && (expected.options().isEmpty() || agrees(expected.options().get(), sent, flow));
    }

    private boolean isWindow(int expected, Observed sent) {
        int less = sent.has('S') || sent.has('R') ? 0 : windowSlackBytes;
        return sent.window() <= expected && sent.window() >= expected - less;
    }

    private static boolean agreesInNumbers(PacketSpec.Tcp expected, Observed sent, Conversation flow) {
        if (expected.sequence().isPresent()) {
            long wanted = expected.sequence().getAsLong();
            long there = expected.absolute() ? sent.sequence() & 0xffff_ffffL : flow.toScript(sent.sequence());
            if (sent.has('S') && !expected.absolute()) {
                there = flow.synToScript(sent.sequence(), wanted);
            }
            if (wanted != there) {
                return false;
            }
        }
        return !expected.has('.')
                || expected.acknowledgment().isEmpty()
                || expected.acknowledgment().getAsLong() == acknowledgment(sent, flow);
    }

    /** The acknowledgment of SYN is the number itself. */
    private static long acknowledgment(Observed sent, Conversation flow) {
        return sent.has('S') ? sent.acknowledgment() & 0xffff_ffffL : flow.peerToScript(sent.acknowledgment());
    }

    private static boolean agrees(PacketSpec.Ip expected, Observed sent) {
        boolean hops = expected.hops().isEmpty() || expected.hops().getAsInt() == sent.hops();
        int mask = expected.classMask();
        return hops
                && (expected.trafficClass().isEmpty()
                        || (expected.trafficClass().getAsInt() & mask) == (sent.trafficClass() & mask));
    }

    private boolean agrees(List<TcpOption> expected, Observed sent, Conversation flow) {
        List<TcpOption> wanted = TcpOption.withoutPadding(expected);
        List<TcpOption> there = TcpOption.withoutPadding(sent.options());
        return wanted.size() == there.size()
                && wanted.stream().allMatch(option -> there.stream().anyMatch(one -> agrees(option, one, flow)));
    }

    private boolean agrees(TcpOption expected, TcpOption sent, Conversation flow) {
        if (expected.kind() != sent.kind()) {
            return false;
        }
        if (expected.kind() != Kind.TIMESTAMP) {
            return expected.numbers().equals(ofScript(sent, flow).numbers());
        }
        int ticks = flow.onOwnTimestamp(
                expected.numbers().get(0).intValue(), sent.numbers().get(0).intValue());
        boolean value = timestampTickMicros.isEmpty()
                || Math.abs((long) ticks * timestampTickMicros.getAsInt())
                        <= toleranceMicros + timestampTickMicros.getAsInt();
        return value && expected.numbers().get(1).equals(sent.numbers().get(1));
    }

    /** The stack's stream is a pattern of its positions. */
    private static void checkPayload(Observed sent, Conversation flow) {
        long position = flow.ownPosition(flow.toScript(sent.sequence()) + (sent.has('S') ? 1 : 0));
        int offset = sent.payloadOffset();
        for (int i = 0; i < sent.payloadLength(); i++) {
            if (sent.transport()[offset + i] != Segments.payload(position + i)) {
                throw new Difference(
                        "byte " + (position + i) + " of the stream is not what was written, in > " + text(sent, flow));
            }
        }
    }

    static String text(PacketSpec.Tcp spec) {
        StringBuilder out = new StringBuilder(spec.flags());
        if (spec.sequence().isPresent()) {
            long first = spec.sequence().getAsLong();
            out.append(' ').append(first).append(':').append((first + spec.length()) & 0xffff_ffffL);
        } else {
            out.append(" ...");
        }
        out.append('(').append(spec.length()).append(')').append(spec.absolute() ? "!" : "");
        spec.acknowledgment().ifPresent(number -> out.append(" ack ").append(number));
        spec.window().ifPresent(number -> out.append(" win ").append(number));
        if (spec.urgentPointer() != 0) {
            out.append(" urg ").append(spec.urgentPointer());
        }
        appendIp(out, spec.ip().trafficClass(), spec.ip().hops());
        if (spec.options().isEmpty()) {
            out.append(" <...>");
        } else {
            appendOptions(out, spec.options().get());
        }
        return out.toString();
    }

    static String text(Observed sent, Conversation flow) {
        if (sent.protocol() == Segments.UDP) {
            return "udp (" + sent.payloadLength() + ")";
        }
        if (!sent.isTcp()) {
            return "icmp type " + (sent.transport()[0] & 0xff) + " code " + (sent.transport()[1] & 0xff);
        }
        StringBuilder out = new StringBuilder(ControlBits.text(sent.flags()));
        long first = flow.toScript(sent.sequence());
        out.append(' ').append(first).append(':').append((first + sent.payloadLength()) & 0xffff_ffffL);
        out.append('(').append(sent.payloadLength()).append(')');
        if (sent.has('.')) {
            out.append(" ack ").append(acknowledgment(sent, flow));
        }
        out.append(" win ").append(sent.window());
        if (sent.urgentPointer() != 0) {
            out.append(" urg ").append(sent.urgentPointer());
        }
        if (sent.trafficClass() != 0) {
            appendIp(out, OptionalInt.of(sent.trafficClass()), OptionalInt.of(sent.hops()));
        }
        appendOptions(
                out,
                TcpOption.withoutPadding(sent.options()).stream()
                        .map(option -> ofScript(option, flow))
                        .toList());
        return out.toString();
    }

    private static TcpOption ofScript(TcpOption option, Conversation flow) {
        if (option.kind() == Kind.SACK) {
            return new TcpOption(
                    Kind.SACK,
                    option.numbers().stream()
                            .map(number -> flow.peerToScript(number.intValue()))
                            .toList());
        }
        if (option.kind() != Kind.TIMESTAMP) {
            return option;
        }
        long value = flow.timestampToScript(option.numbers().get(0).intValue()) & 0xffff_ffffL;
        return new TcpOption(Kind.TIMESTAMP, List.of(value, option.numbers().get(1)));
    }

    private static void appendIp(StringBuilder out, OptionalInt trafficClass, OptionalInt hops) {
        trafficClass.ifPresent(value -> out.append(" tos 0x").append(Integer.toHexString(value)));
        hops.ifPresent(value -> out.append(" ttl ").append(value));
    }

    private static void appendOptions(StringBuilder out, List<TcpOption> options) {
        if (!options.isEmpty()) {
            out.append(" <")
                    .append(String.join(
                            ",", options.stream().map(TcpOption::toString).toList()))
                    .append('>');
        }
    }
}
