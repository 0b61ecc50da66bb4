package io.ztnio.tcpip.packetdrill;

import io.ztnio.tcpip.packetdrill.script.OutOfScope;
import io.ztnio.tcpip.packetdrill.script.Script;
import io.ztnio.tcpip.packetdrill.script.Script.Call;
import io.ztnio.tcpip.packetdrill.script.Script.Event;
import io.ztnio.tcpip.packetdrill.script.Value;
import java.util.Map;

/** Says of a script, before it runs, whether it is about something that is not ours. */
final class Scope {
    /** Words that stand for a feature wherever they are. */
    private static final Map<String, String> FEATURES = Map.ofEntries(
            Map.entry("MSG_FASTOPEN", "fast open"),
            Map.entry("TCP_FASTOPEN", "fast open"),
            Map.entry("TCP_FASTOPEN_CONNECT", "fast open"),
            Map.entry("TCP_FASTOPEN_KEY", "fast open"),
            Map.entry("MSG_ZEROCOPY", "zero copy"),
            Map.entry("SO_ZEROCOPY", "zero copy"),
            Map.entry("SO_TIMESTAMPING", "transmit timestamps"),
            Map.entry("TCP_INQ", "TCP_INQ"),
            Map.entry("TCP_MD5SIG", "MD5 signatures"),
            Map.entry("TCP_NOTSENT_LOWAT", "TCP_NOTSENT_LOWAT"),
            Map.entry("TCP_MAXSEG", "TCP_MAXSEG"),
            Map.entry("TCP_SYNCNT", "TCP_SYNCNT"),
            Map.entry("TCP_REMOTE_UDP_ENCAPS_PORT", "TCP in UDP"),
            Map.entry("TCP_FUNCTION_BLK", "FreeBSD's choice of stacks"),
            Map.entry("TCP_NOOPT", "TCP_NOOPT"),
            Map.entry("TCP_KEEPINIT", "TCP_KEEPINIT"),
            Map.entry("MSG_MORE", "MSG_MORE"),
            Map.entry("MSG_EOR", "MSG_EOR"),
            Map.entry("SO_MARK", "SO_MARK"),
            Map.entry("IP_TTL", "IP_TTL"),
            Map.entry("IPV6_UNICAST_HOPS", "IPV6_UNICAST_HOPS"),
            Map.entry("IPV6_USE_MIN_MTU", "IPV6_USE_MIN_MTU"),
            Map.entry("IP_PMTUDISC_DO", "IP_MTU_DISCOVER"),
            Map.entry("IP_PMTUDISC_PROBE", "IP_MTU_DISCOVER"),
            Map.entry("IP_FREEBIND", "IP_FREEBIND"),
            Map.entry("NULL", "buffers at no address"));

    private static final Map<String, String> CALLS = Map.of(
            "splice", "splice",
            "pipe", "splice",
            "sendfile", "sendfile",
            "open", "sendfile",
            "epoll_create", "edge-triggered epoll",
            "psp_tx_assoc", "packets in psp",
            "psp_rx_assoc", "packets in psp");

    private Scope() {}

    /**
     * @return the settings that the script begins with
     * @throws OutOfScope with the first thing that is not ours
     */
    static Settings check(Script script) {
        Settings settings = Settings.of(script.options());
        ShellCommands commands = new ShellCommands(Settings.of(script.options()));
        for (Event event : script.events()) {
            if (event.action() instanceof Script.Command command && ShellCommands.question(command.text()) == null) {
                commands.take(command.text());
            } else if (event.action() instanceof Call call) {
                check(call);
            }
        }
        return settings;
    }

    private static void check(Call call) {
        String feature = CALLS.get(call.name());
        if (feature != null) {
            throw new OutOfScope(feature);
        }
        call.arguments().forEach(Scope::check);
    }

    private static void check(Value value) {
        if (value instanceof Value.Name name) {
            String feature = FEATURES.get(name.word());
            if (feature != null) {
                throw new OutOfScope(feature);
            }
            if (name.word().startsWith("TCP_RACK_")) {
                throw new OutOfScope("FreeBSD's RACK stack");
            }
            name.arguments().forEach(Scope::check);
        } else if (value instanceof Value.Flags flags) {
            flags.parts().forEach(Scope::check);
        } else if (value instanceof Value.Items items) {
            items.items().forEach(Scope::check);
        } else if (value instanceof Value.Struct struct) {
            struct.fields().forEach(field -> {
                check(new Value.Name(field.name(), java.util.List.of()));
                check(field.value());
            });
        }
    }
}
