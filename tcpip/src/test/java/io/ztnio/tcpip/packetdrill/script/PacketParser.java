package io.ztnio.tcpip.packetdrill.script;

import io.ztnio.tcpip.packetdrill.script.PacketSpec.Ip;
import io.ztnio.tcpip.packetdrill.script.PacketSpec.Ports;
import io.ztnio.tcpip.packetdrill.script.TcpOption.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Reads packets, behind the mark of their direction. */
final class PacketParser {
    private static final Set<String> ENCAPSULATIONS = Set.of("ipv4", "ipv6", "gre", "mpls", "encap", "sctp", "udplite");
    private static final int MOST = 65_535;

    private final TokenReader tokens;

    PacketParser(TokenReader tokens) {
        this.tokens = tokens;
    }

    PacketSpec packet() {
        Ip ip = ip();
        Token first = tokens.peek();
        if (ENCAPSULATIONS.contains(first.text())) {
            throw new OutOfScope("packets in " + (first.text().equals("encap") ? "psp" : first.text()));
        }
        if (tokens.takeIfWord("icmp")) {
            return icmp(ip);
        }
        if (tokens.takeIfWord("udp")) {
            Ports ports = ports();
            tokens.expect("(");
            int length = tokens.number("a length", 0, MOST);
            tokens.expect(")");
            return new PacketSpec.Udp(ip, ports, length);
        }
        return tcp(ip);
    }

    private Ip ip() {
        boolean round = tokens.peek().is("(");
        if (!round && !tokens.peek().is("[")) {
            return Ip.ANY;
        }
        tokens.take();
        Ip ip = Ip.ANY;
        do {
            ip = ipField(ip);
        } while (tokens.takeIf(","));
        tokens.expect(round ? ")" : "]");
        return ip;
    }

    private Ip ipField(Ip before) {
        String word = tokens.word("a field of the IP header");
        return switch (word) {
            case "noecn" -> ecn(before, 0);
            case "ect0" -> ecn(before, 2);
            case "ect1" -> ecn(before, 1);
            case "ect01" -> new Ip(OptionalInt.of(2), 0, before.hops());
            case "ce" -> ecn(before, 3);
            case "tos", "class" -> new Ip(OptionalInt.of(tokens.number(word, 0, 255)), 0xff, before.hops());
            case "ttl", "hlim" ->
                new Ip(before.trafficClass(), before.classMask(), OptionalInt.of(tokens.number(word, 0, 255)));
            case "flowlabel" -> throw new OutOfScope("flow labels");
            default -> throw new OutOfScope("IP header field " + word);
        };
    }

    private static Ip ecn(Ip before, int value) {
        return new Ip(OptionalInt.of(value), 3, before.hops());
    }

    private Ports ports() {
        if (!tokens.peek().isNumber() || !tokens.peekSecond().is(">")) {
            return Ports.ANY;
        }
        int source = tokens.number("a port", 0, MOST);
        tokens.expect(">");
        return new Ports(source, tokens.number("a port", 0, MOST));
    }

    private PacketSpec tcp(Ip ip) {
        Ports ports = ports();
        String flags = flags();
        OptionalLong sequence = OptionalLong.empty();
        int length;
        if (tokens.takeIf("...")) {
            length = lengthInParentheses();
        } else {
            Token at = tokens.peek();
            long first = sequenceNumber();
            tokens.expect(":");
            long end = sequenceNumber();
            length = lengthInParentheses();
            if (((end - first) & 0xffff_ffffL) != length) {
                throw tokens.error(at, "from " + first + " to " + end + " is not a length of " + length);
            }
            sequence = OptionalLong.of(first);
        }
        boolean absolute = tokens.takeIf("!");
        OptionalLong acknowledgment =
                tokens.takeIfWord("ack") ? OptionalLong.of(sequenceNumber()) : OptionalLong.empty();
        OptionalInt window =
                tokens.takeIfWord("win") ? OptionalInt.of(tokens.number("a window", 0, MOST)) : OptionalInt.empty();
        int urgent = tokens.takeIfWord("urg") ? tokens.number("an urgent pointer", 0, MOST) : 0;
        Optional<List<TcpOption>> options = options();
        if (tokens.takeIf("/")) {
            throw new OutOfScope("TCP in UDP");
        }
        return new PacketSpec.Tcp(
                ip, ports, flags, sequence, absolute, length, acknowledgment, window, urgent, options);
    }

    private String flags() {
        Token at = tokens.peek();
        if (tokens.takeIf("-")) {
            return "-";
        }
        String letters = at.kind() == Token.Kind.WORD ? tokens.take().text() : "";
        if (tokens.takeIf(".")) {
            letters += ".";
        }
        if (letters.isEmpty()) {
            throw tokens.expected("flags, \"icmp\" or \"udp\"");
        }
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            if (ControlBits.LETTERS.indexOf(letter) < 0) {
                if (letter == 'A') {
                    throw new OutOfScope("accurate ECN");
                }
                throw tokens.error(at, "there is no flag " + letter);
            }
        }
        return letters;
    }

    private int lengthInParentheses() {
        tokens.expect("(");
        int length = tokens.number("a length", 0, MOST);
        tokens.expect(")");
        return length;
    }

    private long sequenceNumber() {
        return tokens.number("a sequence number") & 0xffff_ffffL;
    }

    private Optional<List<TcpOption>> options() {
        List<TcpOption> options = new ArrayList<>();
        if (!tokens.takeIf("<")) {
            return Optional.of(options);
        }
        if (tokens.takeIf("...")) {
            tokens.expect(">");
            return Optional.empty();
        }
        do {
            options.add(option());
        } while (tokens.takeIf(","));
        tokens.expect(">");
        return Optional.of(options);
    }

    private TcpOption option() {
        Token at = tokens.peek();
        String name = tokens.word("an option");
        return switch (name) {
            case "eol" -> new TcpOption(Kind.END, List.of());
            case "nop" -> new TcpOption(Kind.NO_OPERATION, List.of());
            case "sackOK" -> new TcpOption(Kind.SACK_PERMITTED, List.of());
            case "mss" -> new TcpOption(Kind.SEGMENT_SIZE, List.of(tokens.number("an MSS")));
            case "wscale" -> new TcpOption(Kind.WINDOW_SCALE, List.of(tokens.number("a window scale")));
            case "sack" -> new TcpOption(Kind.SACK, blocks());
            case "TS" -> {
                tokens.expectWord("val");
                long value = tokens.number("a timestamp") & 0xffff_ffffL;
                tokens.expectWord("ecr");
                yield new TcpOption(Kind.TIMESTAMP, List.of(value, tokens.number("a timestamp") & 0xffff_ffffL));
            }
            case "FO", "FOEXP" -> throw new OutOfScope("fast open");
            case "md5" -> throw new OutOfScope("MD5 signatures");
            case "ECN", "AccECN", "ACCECN" -> throw new OutOfScope("accurate ECN");
            default -> throw tokens.error(at, "there is no option " + name);
        };
    }

    private List<Long> blocks() {
        List<Long> ends = new ArrayList<>();
        do {
            ends.add(sequenceNumber());
            tokens.expect(":");
            ends.add(sequenceNumber());
        } while (tokens.peek().isNumber());
        return ends;
    }

    private PacketSpec icmp(Ip ip) {
        String type = tokens.word("a type of ICMP message");
        String code = "";
        OptionalInt mtu = OptionalInt.empty();
        while (tokens.peek().kind() == Token.Kind.WORD) {
            String word = tokens.take().text();
            if (word.equals("mtu")) {
                mtu = OptionalInt.of(tokens.number("an MTU", 0, MOST));
            } else if (code.isEmpty() && !word.equals("id")) {
                code = word;
            } else {
                throw new OutOfScope("ICMP with " + word);
            }
        }
        OptionalLong sequence = OptionalLong.empty();
        int quoted = 0;
        boolean udp = false;
        if (tokens.takeIf("[")) {
            udp = tokens.takeIfWord("udp");
            if (udp) {
                quoted = lengthInParentheses();
            } else {
                sequence = OptionalLong.of(sequenceNumber());
                tokens.expect(":");
                sequenceNumber();
                quoted = lengthInParentheses();
            }
            if (tokens.takeIf("/")) {
                throw new OutOfScope("TCP in UDP");
            }
            tokens.expect("]");
        }
        return new PacketSpec.Icmp(ip, type, code, mtu, sequence, quoted, udp);
    }
}
