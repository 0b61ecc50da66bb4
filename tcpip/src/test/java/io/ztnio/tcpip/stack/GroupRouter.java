package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.ip;

import io.ztnio.tcpip.checksum.InternetChecksum;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.TestLink;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.EtherType;
import io.ztnio.tcpip.wire.EthernetAddress;
import io.ztnio.tcpip.wire.Ipv4Header;
import io.ztnio.tcpip.wire.Ipv6Header;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A multicast router beside one host: asks in any version of IGMP or MLD, and reads what the host says. */
final class GroupRouter {
    private static final List<String> RECORDS = List.of("?", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW", "BLOCK");
    private static final long MAC = 0x0200_0000_00ffL;

    private final Lan.Host host;
    private final Lan lan;

    GroupRouter(Lan lan, Lan.Host host) {
        this.lan = lan;
        this.host = host;
    }

    /** What the host has said since, each message as {@code "<version> <record> <group> [<source> ...]"}. */
    List<String> heard() {
        List<String> texts = new ArrayList<>();
        for (TestLink.Frame frame : host.link.sent) {
            byte[] packet = frame.payload();
            if (frame.etherType() == EtherType.IPV4 && Ipv4Header.protocol(packet, 0) == 2) {
                texts.addAll(igmp(frame, packet));
            } else if (frame.etherType() == EtherType.IPV6 && packet[6] == 0) {
                texts.addAll(mld(frame, packet));
            }
        }
        host.link.sent.clear();
        return texts;
    }

    /** Asks in the newest version; {@code group} may be {@code null}. */
    void ask(boolean v6, String group, int code, String... sources) {
        int address = v6 ? 16 : 4;
        int head = v6 ? 28 : 12;
        byte[] query = new byte[head + sources.length * address];
        if (v6) {
            BigEndian.u16(query, 4, code);
        } else {
            query[1] = (byte) code;
        }
        write(group, query, v6 ? 8 : 4);
        query[head - 4] = 2;
        query[head - 3] = 125;
        BigEndian.u16(query, head - 2, sources.length);
        for (int i = 0; i < sources.length; i++) {
            write(sources[i], query, head + i * address);
        }
        deliver(v6, v6 ? 130 : 0x11, group, query);
    }

    /** Asks in IGMPv2 or MLDv1, or with code 0 in IGMPv1. */
    void askOlder(boolean v6, String group, int code) {
        byte[] query = new byte[v6 ? 24 : 8];
        if (v6) {
            BigEndian.u16(query, 4, code);
        } else {
            query[1] = (byte) code;
        }
        write(group, query, v6 ? 8 : 4);
        deliver(v6, v6 ? 130 : 0x11, group, query);
    }

    /** Another host says in IGMPv2 or MLDv1 that it listens to a group. */
    void reportOlder(boolean v6, String group) {
        byte[] report = new byte[v6 ? 24 : 8];
        write(group, report, v6 ? 8 : 4);
        deliver(v6, v6 ? 131 : 0x16, group, report);
    }

    void deliverRaw(boolean v6, byte[] message) {
        deliver(v6, message[0] & 0xff, null, message);
    }

    private static void write(String address, byte[] to, int at) {
        if (address != null) {
            byte[] bytes = ip(address).getAddress();
            System.arraycopy(bytes, 0, to, at, bytes.length);
        }
    }

    private void deliver(boolean v6, int type, String group, byte[] message) {
        message[0] = (byte) type;
        InetAddress to = ip(group != null ? group : v6 ? "ff02::1" : "224.0.0.1");
        int header = v6 ? 40 : 20;
        byte[] packet = new byte[header + message.length];
        System.arraycopy(message, 0, packet, header, message.length);
        long sum = 0;
        if (v6) {
            write("fe80::ff", packet, Ipv6Header.SOURCE);
            System.arraycopy(to.getAddress(), 0, packet, Ipv6Header.DESTINATION, 16);
            Ipv6Header.write(packet, 0, 0, message.length, 58, 1);
            sum = 58L + message.length + InternetChecksum.sum(packet, Ipv6Header.SOURCE, 32);
        } else {
            write("10.1.0.254", packet, Ipv4Header.SOURCE);
            System.arraycopy(to.getAddress(), 0, packet, Ipv4Header.DESTINATION, 4);
            Ipv4Header.write(packet, 0, 0xc0, packet.length, 0, 0, 1, 2);
        }
        sum = InternetChecksum.fold(sum + InternetChecksum.sum(packet, header, message.length));
        BigEndian.u16(packet, header + 2, (int) (~sum & 0xffff));
        long mac = v6
                ? EthernetAddress.ofIpv6Group(to.getAddress(), 0)
                : EthernetAddress.ofIpv4Group(BigEndian.i32(to.getAddress(), 0));
        int etherType = v6 ? EtherType.IPV6 : EtherType.IPV4;
        host.port.onFrame(MAC, mac, etherType, packet, 0, packet.length, lan.now);
    }

    private static List<String> igmp(TestLink.Frame frame, byte[] packet) {
        int header = (packet[0] & 0xf) * 4;
        InetAddress to = address(packet, Ipv4Header.DESTINATION, 4);
        require(InternetChecksum.sum(packet, 0, header) == 0xffff, "header checksum");
        require(InternetChecksum.sum(packet, header, packet.length - header) == 0xffff, "checksum");
        require(packet[8] == 1, "TTL");
        require(frame.destination() == EthernetAddress.ofIpv4Group(BigEndian.i32(packet, 16)), "MAC");
        int type = packet[header] & 0xff;
        require(type == 0x12 ? header == 20 : BigEndian.i32(packet, 20) == 0x9404_0000, "router alert");
        InetAddress group = address(packet, header + 4, 4);
        return switch (type) {
            case 0x12 -> older("igmp1 report", group, to, group);
            case 0x16 -> older("igmp2 report", group, to, group);
            case 0x17 -> older("igmp2 leave", group, to, ip("224.0.0.2"));
            default -> {
                require(type == 0x22 && to.equals(ip("224.0.0.22")), "type and destination");
                yield records("igmp3 ", packet, header, 4);
            }
        };
    }

    private static List<String> mld(TestLink.Frame frame, byte[] packet) {
        int at = 48;
        InetAddress to = address(packet, Ipv6Header.DESTINATION, 16);
        int length = packet.length - at;
        long sum = 58L + length + InternetChecksum.sum(packet, 8, 32);
        require(InternetChecksum.fold(sum + InternetChecksum.sum(packet, at, length)) == 0xffff, "checksum");
        require(packet[7] == 1, "hop limit");
        require(BigEndian.i32(packet, 40) == 0x3a00_0502, "router alert");
        require(frame.destination() == EthernetAddress.ofIpv6Group(packet, Ipv6Header.DESTINATION), "MAC");
        InetAddress group = address(packet, at + 8, 16);
        return switch (packet[at] & 0xff) {
            case 131 -> older("mld1 report", group, to, group);
            case 132 -> older("mld1 leave", group, to, ip("ff02::2"));
            default -> {
                require((packet[at] & 0xff) == 143 && to.equals(ip("ff02::16")), "type and destination");
                yield records("mld2 ", packet, at, 16);
            }
        };
    }

    private static List<String> older(String what, InetAddress group, InetAddress to, InetAddress expected) {
        require(to.equals(expected), "destination");
        return List.of(what + ' ' + text(group));
    }

    private static List<String> records(String version, byte[] packet, int at, int addressBytes) {
        List<String> texts = new ArrayList<>();
        int end = at + 8;
        for (int left = BigEndian.u16(packet, at + 6); left > 0; left--) {
            int count = BigEndian.u16(packet, end + 2);
            StringBuilder text = new StringBuilder(version)
                    .append(RECORDS.get(packet[end]))
                    .append(' ')
                    .append(text(address(packet, end + 4, addressBytes)));
            end += 4 + addressBytes;
            for (int i = 0; i < count; i++) {
                text.append(' ').append(text(address(packet, end, addressBytes)));
                end += addressBytes;
            }
            texts.add(text.toString());
        }
        require(end == packet.length, "length");
        return texts;
    }

    private static InetAddress address(byte[] packet, int at, int length) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(packet, at, at + length));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet4Address ? text : text.replaceFirst(":0(:0)+:", "::");
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("wrong " + what);
        }
    }
}
