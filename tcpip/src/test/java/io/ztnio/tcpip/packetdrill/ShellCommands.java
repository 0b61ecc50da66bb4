package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Understands what scripts have a shell do. Nothing is ever executed: what sets a constant that the stack has too sets
 * that, what makes no difference here is passed over, and the rest is out of scope.
 */
final class ShellCommands {
    private static final long MILLI = 1_000_000L;

    private static final Pattern ASSIGNMENT =
            Pattern.compile("(?:/proc/sys/)?(net[./][\\w./]+|kern[.\\w]+)=(\"[^\"]*\"|\\S+)");
    private static final Pattern STATES =
            Pattern.compile("sockstat .*\\| *grep -c ([A-Z_]+) *\\| *grep ([0-9]+).*", Pattern.DOTALL);

    /** Whatever their value is, nothing here depends on it. */
    private static final Set<String> WITHOUT_MEANING = Set.of(
            "net.ipv4.tcp_wmem",
            "net.ipv4.tcp_fack",
            "net.ipv4.tcp_tso_win_divisor",
            "net.ipv4.tcp_min_tso_segs",
            "net.ipv4.tcp_ecn_option",
            "net.ipv4.tcp_pacing_ss_ratio",
            "net.ipv4.tcp_pacing_ca_ratio",
            "net.ipv4.tcp_fastopen",
            "net.ipv4.tcp_fastopen_key",
            "net.inet.tcp.sendspace",
            "net.inet.tcp.hostcache.purgenow",
            "net.inet.tcp.rexmit_slop",
            "net.inet.tcp.rexmit_drop_options",
            "net.inet.tcp.syncookies_only",
            "net.inet.tcp.keepinit",
            "net.inet.tcp.mssdflt",
            "net.inet.tcp.v6mssdflt",
            "net.inet.tcp.tolerate_missing_ts",
            "net.inet.tcp.fastopen.client_enable",
            "net.inet.tcp.fastopen.server_enable",
            "net.inet.tcp.fastopen.psk_enable");

    /** Settings that have one value that is ours, and what they are about. */
    private static final Map<String, Map.Entry<String, String>> ONLY = Map.ofEntries(
            Map.entry("net.ipv4.tcp_frto", Map.entry("2", "no forward RTO-recovery")),
            Map.entry("net.ipv4.tcp_dsack", Map.entry("1", "no duplicate SACK")),
            Map.entry("net.ipv4.tcp_reordering", Map.entry("3", "another duplicate threshold")),
            Map.entry("net.ipv4.tcp_mtu_probing", Map.entry("0", "MTU probing")),
            Map.entry("net.ipv4.tcp_notsent_lowat", Map.entry("4294967295", "TCP_NOTSENT_LOWAT")),
            Map.entry("net.inet.tcp.blackhole", Map.entry("0", "FreeBSD's blackhole")),
            Map.entry("net.inet.tcp.insecure_rst", Map.entry("0", "FreeBSD's insecure_rst")),
            Map.entry("net.inet.tcp.insecure_syn", Map.entry("0", "FreeBSD's insecure_syn")),
            Map.entry("net.inet.tcp.drop_synfin", Map.entry("0", "FreeBSD's drop_synfin")),
            Map.entry("net.inet.tcp.icmp_may_rst", Map.entry("1", "FreeBSD's icmp_may_rst")),
            Map.entry("net.inet.tcp.ecn.maxretries", Map.entry("1", "ECN that we ask for")),
            Map.entry("net.inet.tcp.udp_tunneling_port", Map.entry("0", "TCP in UDP")),
            Map.entry("net.inet.tcp.udp_tunneling_overhead", Map.entry("8", "TCP in UDP")),
            Map.entry("net.inet.tcp.keepidle", Map.entry("7200000", "keepalive defaults by sysctl")),
            Map.entry("net.inet.tcp.keepintvl", Map.entry("75000", "keepalive defaults by sysctl")),
            Map.entry("net.inet.tcp.keepcnt", Map.entry("9", "keepalive defaults by sysctl")),
            Map.entry("net.inet.tcp.path_mtu_discovery", Map.entry("", "FreeBSD's black hole detection")),
            Map.entry("net.inet.tcp.pmtud_blackhole_detection", Map.entry("", "FreeBSD's black hole detection")),
            Map.entry("net.inet.tcp.pmtud_blackhole_mss", Map.entry("", "FreeBSD's black hole detection")),
            Map.entry("net.inet.tcp.v6pmtud_blackhole_mss", Map.entry("", "FreeBSD's black hole detection")));

    private final Settings settings;

    ShellCommands(Settings settings) {
        this.settings = settings;
    }

    /** How many connections must be in a state. */
    record StateCount(String state, int count) {}

    /** What a command looks at, or {@code null} if it only sets something. */
    static StateCount question(String command) {
        Matcher states = STATES.matcher(command.strip());
        return states.matches() ? new StateCount(states.group(1), Integer.parseInt(states.group(2))) : null;
    }

    /**
     * Takes what a command sets.
     *
     * @throws OutOfScope if it is about something that is not ours
     */
    void take(String command) {
        // A backslash at the end of a line continues it.
        for (String line : command.replace("\\\n", " ").split("\n|;|&&", -1)) {
            line(line.strip());
        }
    }

    private void line(String line) {
        String words = line.replaceAll("\\d?>\\s*/dev/null|2>&1", "").strip();
        if (words.isEmpty() || words.startsWith("#")) {
            return;
        }
        String program = words.split("\\s+", 2)[0].replaceFirst(".*/", "");
        switch (program) {
            case "defaults.sh" -> linuxDefaults();
            case "sysctl", "set_sysctls.py" -> assignments(words);
            case "tc" -> queueing(words);
            case "ethtool", "tcpdrop", "nstat", "sleep", "rm", "dd" -> {
                // Offloads are not ours; what they count or remove is not looked at.
            }
            case "ip" -> {
                if (!words.contains("tcp_metrics")) {
                    throw new OutOfScope("routes with their own MTU or window");
                }
            }
            case "echo" -> {
                // 3 is the default: both of Linux's ways to leave slow start early.
                if (!words.contains("3 > /sys/module/tcp_cubic/parameters/hystart_detect")) {
                    throw new OutOfScope("command " + words);
                }
            }
            case "setkey", "kldstat", "if" -> throw new OutOfScope("MD5 signatures");
            default -> {
                if (!program.startsWith("sysctl_restore")) {
                    throw new OutOfScope("command " + program);
                }
            }
        }
    }

    private void queueing(String words) {
        if (words.contains("limit 0")) {
            throw new OutOfScope("a queueing discipline that drops all");
        }
        if (words.contains("root fq")) {
            settings.tcp().pacing(true);
        }
    }

    /** The values that the scripts of the Linux suite start from. */
    private void linuxDefaults() {
        settings.offloads = true;
        assignments("net.ipv4.tcp_rmem=\"4096 540000 15728640\" net.ipv4.tcp_timestamps=1 net.ipv4.tcp_syn_retries=5"
                + " net.ipv4.tcp_synack_retries=5 net.ipv4.tcp_sack=1 net.ipv4.tcp_congestion_control=cubic"
                + " net.ipv4.tcp_slow_start_after_idle=0 net.ipv4.tcp_early_retrans=4 net.ipv4.tcp_recovery=1"
                + " net.ipv4.tcp_ecn=0 net.ipv4.tcp_syncookies=1");
    }

    private void assignments(String words) {
        Matcher matcher = ASSIGNMENT.matcher(words);
        while (matcher.find()) {
            String name = matcher.group(1).replace('/', '.');
            set(name, matcher.group(2).replace("\"", ""));
        }
    }

    private void set(String name, String value) {
        Map.Entry<String, String> only = ONLY.get(name);
        if (only != null) {
            if (!only.getKey().equals(value)) {
                throw new OutOfScope(only.getValue());
            }
        } else if (!WITHOUT_MEANING.contains(name)) {
            if (name.startsWith("net.ipv4.tcp_")) {
                setLinux(name.substring("net.ipv4.tcp_".length()), value);
            } else if (name.equals("kern.ipc.maxsockbuf")) {
                settings.maximumBufferBytes((int) Math.min(Integer.MAX_VALUE, Long.parseLong(value)));
            } else if (name.startsWith("net.inet.tcp.")) {
                setFreeBsd(name.substring("net.inet.tcp.".length()), value);
            } else {
                throw new OutOfScope("setting " + name);
            }
        }
        if (name.startsWith("net.inet.")) {
            settings.freeBsd();
        }
    }

    private void setLinux(String name, String value) {
        switch (name) {
            case "rmem" -> {
                String[] bytes = value.split("\\s+", -1);
                settings.initialBufferBytes(Integer.parseInt(bytes[1]));
                settings.maximumBufferBytes(Integer.parseInt(bytes[2]));
            }
            case "timestamps" -> settings.tcp().timestamps(!value.equals("0"));
            case "sack" -> settings.tcp().selectiveAcks(value.equals("1"));
            case "syn_retries" -> settings.tcp().synRetries(Integer.parseInt(value));
            case "synack_retries" -> settings.tcp().synAckRetries(Integer.parseInt(value));
            case "retries2" -> settings.tcp().dataRetries(Integer.parseInt(value));
            case "orphan_retries" -> settings.tcp().orphanRetries(Integer.parseInt(value));
            case "fin_timeout" -> settings.tcp().finWait2Nanos(Long.parseLong(value) * 1000 * MILLI);
            case "congestion_control" -> settings.congestion(value);
            case "slow_start_after_idle" -> settings.tcp().idleRestart(value.equals("1"));
            case "early_retrans" -> settings.tcp().tailLossProbes(!value.equals("0"));
            case "recovery" -> settings.tcp().timeBasedLossDetection(!value.equals("0"));
            case "syncookies" -> settings.tcp().synCookies(!value.equals("0"));
            case "ecn" -> ecn(value.equals("0"), value.equals("2"));
            default -> throw new OutOfScope("setting net.ipv4.tcp_" + name);
        }
    }

    private void setFreeBsd(String name, String value) {
        switch (name) {
            case "rfc1323" -> {
                if (value.equals("0")) {
                    throw new OutOfScope("no window scaling");
                }
                settings.tcp().timestamps(true);
            }
            case "sack.enable" -> settings.tcp().selectiveAcks(value.equals("1"));
            case "recvspace" -> settings.initialBufferBytes(Integer.parseInt(value));
            case "rexmit_initial" -> settings.tcp().initialRtoNanos(Long.parseLong(value) * MILLI);
            case "delacktime" -> settings.tcp().delayedAckNanos(Long.parseLong(value) * MILLI);
            case "syncookies" -> settings.tcp().synCookies(!value.equals("0"));
            case "ecn.enable" -> ecn(value.equals("0"), value.equals("2"));
            default -> throw new OutOfScope("setting net.inet.tcp." + name);
        }
    }

    /** We accept ECN and never ask for it. */
    private void ecn(boolean off, boolean accepting) {
        if (!off && !accepting) {
            throw new OutOfScope("ECN that we ask for");
        }
        settings.tcp().congestionNotification(accepting);
    }
}
