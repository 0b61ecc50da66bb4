package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import io.ztnio.tcpip.tcp.congestion.CongestionAlgorithm;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What options and commands of a script set: of the interpreter, and of the stack, whose defaults are those of the tools
 * that the public scripts were written for.
 */
final class Settings {
    /** What the Linux suite allows itself if a script does not say. */
    private static final long DEFAULT_TOLERANCE_MICROS = 4000;

    private static final Set<String> WITHOUT_MEANING =
            Set.of("non_fatal", "tun_dev", "persistent_tun_dev", "gateway_ip", "netmask_ip", "verbose", "dry_run");

    /** FreeBSD's default of kern.ipc.maxsockbuf. */
    private static final int FREEBSD_MAXIMUM_BUFFER = 2 << 20;

    boolean v6;
    InetAddress localAddress = address("192.168.0.1");
    InetAddress remoteAddress = address("192.0.2.1");
    int mtuBytes = 1500;
    long toleranceMicros = DEFAULT_TOLERANCE_MICROS;
    boolean strictSegments;
    OptionalInt timestampTickMicros = OptionalInt.empty();

    /** Whether it is written for FreeBSD, which rounds its buffers to whole segments. */
    boolean freeBsd;

    /** Linux keeps its own bookkeeping in send buffers, and so doubles what is asked for. */
    boolean doublesSendBuffer = true;

    /** Whether it is written for Linux with segmentation offload. */
    boolean offloads;

    private final TcpConfig.Builder tcp = TcpConfig.builder().pacing(false);
    private int maximumBufferBytes = 16 << 20;
    private int initialBufferBytes = 256 << 10;
    private boolean maximumSet;

    /** Counts changes of what a stack is made from. */
    private int version;

    /** @throws OutOfScope for what has no counterpart here */
    static Settings of(List<String> options) {
        Settings settings = new Settings();
        for (String option : options) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            settings.option(name, equals < 0 ? "" : option.substring(equals + 1));
        }
        return settings;
    }

    private void option(String name, String value) {
        switch (name) {
            case "ip_version" -> ipVersion(value);
            case "local_ip" -> localAddress = address(value);
            case "remote_ip" -> remoteAddress = address(value);
            case "mtu" -> {
                mtuBytes = Integer.parseInt(value);
                if (mtuBytes < 1280 || mtuBytes > 10_000) {
                    throw new OutOfScope("MTU " + mtuBytes + " (1280 to 10000 here)");
                }
            }
            case "tolerance_usecs" -> toleranceMicros = Long.parseLong(value);
            case "strict_segments" -> strictSegments = true;
            case "tcp_ts_tick_usecs" -> timestampTickMicros = OptionalInt.of(Integer.parseInt(value));
            case "tcp_ts_ecr_scaled" -> throw new OutOfScope("scaled timestamps");
            case "udp_encapsulation" -> throw new OutOfScope("TCP in UDP");
            case "tcp_md5_secret" -> throw new OutOfScope("MD5 signatures");
            case "mss" -> throw new OutOfScope("receive offload");
            case "psp_udp_port" -> throw new OutOfScope("packets in psp");
            default -> {
                if (!WITHOUT_MEANING.contains(name)) {
                    throw new OutOfScope("option --" + name);
                }
            }
        }
    }

    private void ipVersion(String value) {
        if (value.equals("ipv6")) {
            v6 = true;
            localAddress = address("fd3d:a0b:17d6::1");
            remoteAddress = address("fd3d:fa7b:d17d::1");
        } else if (!value.equals("ipv4")) {
            throw new OutOfScope("IP version " + value);
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    /** Changes what a stack is made from. */
    TcpConfig.Builder tcp() {
        version++;
        return tcp;
    }

    void maximumBufferBytes(int bytes) {
        if (bytes > 64 << 20) {
            throw new OutOfScope("buffers of more than 64 MiB");
        }
        version++;
        maximumSet = true;
        maximumBufferBytes = Math.max(4096, bytes);
    }

    void initialBufferBytes(int bytes) {
        version++;
        initialBufferBytes = bytes;
    }

    void congestion(String name) {
        if (Arrays.stream(CongestionAlgorithm.values())
                .noneMatch(one -> one.optionName().equals(name))) {
            throw new OutOfScope("congestion control " + name);
        }
        tcp().congestion(CongestionAlgorithm.of(name));
    }

    /** What sets of a script for FreeBSD have in common. */
    void freeBsd() {
        if (!freeBsd) {
            freeBsd = true;
            doublesSendBuffer = false;
            timestampTickMicros = OptionalInt.of(1000);
            if (!maximumSet) {
                maximumBufferBytes = FREEBSD_MAXIMUM_BUFFER;
            }
            tcp().quickAckSegments(0);
        }
    }

    int version() {
        return version;
    }

    /** What fills a packet, without options. */
    int segmentBytes() {
        return mtuBytes - (v6 ? 60 : 40);
    }

    TcpConfig build() {
        int initial = initialBufferBytes;
        if (freeBsd) {
            int segment = segmentBytes();
            initial = (initial + segment - 1) / segment * segment;
        }
        return tcp.maximumBufferBytes(maximumBufferBytes)
                .initialBufferBytes(Math.max(4096, initial))
                .build();
    }
}
