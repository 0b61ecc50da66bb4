package io.ztnio.provider.service;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.MacAddress;
import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.message.SoftwareVersion;
import io.ztnio.protocol.vl1.Bonding;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.vl1.Role;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.SocketAddressField;
import io.ztnio.protocol.world.World;
import io.ztnio.protocol.world.WorldRoot;
import io.ztnio.provider.config.NetworkSettings;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reports as JSON, with the daemon's names, types and order of fields. What a user-space node has nothing of is as in a daemon
 * that has nothing of it. Stateless.
 */
final class ReportJson {
    /** There is no device of the operating system; the daemon's word for what is not there. */
    private static final String NO_DEVICE = "-";

    private static final JSON WRITER = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);
    private static final SoftwareVersion VERSION = SoftwareVersion.ours(0);
    private static final int UNKNOWN = -1;

    private ReportJson() {}

    /** JSON in one line. */
    static String text(Object value) {
        try {
            return WRITER.asString(value);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
    }

    /** What is told to everybody. */
    static Map<String, Object> health(NodeReport node, long nowMillis) {
        Map<String, Object> json = new TreeMap<>();
        json.put("clock", nowMillis);
        json.put("online", node.online());
        json.put("version", VERSION.toString());
        json.put("versionBuild", 0);
        json.put("versionMajor", VERSION.major());
        json.put("versionMinor", VERSION.minor());
        json.put("versionRev", VERSION.revision());
        return json;
    }

    /**
     * The node.
     *
     * @param localConf what the user's {@code local.conf} says
     * @param home where its state is; empty if in no directory
     */
    static Map<String, Object> status(NodeReport node, Map<String, Object> localConf, String home, long nowMillis) {
        Map<String, Object> json = health(node, nowMillis);
        json.put("address", Address.format(node.identity().address()));
        json.put("publicIdentity", node.identity().toPublicString());
        json.put("tcpFallbackActive", node.tcpRelay().active());
        json.put("planetWorldId", node.planet().map(World::id).orElse(0L));
        json.put("planetWorldTimestamp", node.planet().map(World::timestamp).orElse(0L));
        Map<String, Object> config = new TreeMap<>(localConf);
        Map<String, Object> settings = new TreeMap<>();
        if (localConf.get("settings") instanceof Map<?, ?> said) {
            said.forEach((name, value) -> settings.put(String.valueOf(name), value));
        }
        // What is the case, not what the file asks for.
        settings.put("allowTcpFallbackRelay", node.tcpRelay().allowed());
        settings.put("forceTcpRelay", node.tcpRelay().forced());
        if (node.tcpRelay().allowed()) {
            // As local.conf has it.
            settings.put("tcpFallbackRelay", node.tcpRelay().at().replaceFirst("^\\[?(.*?)]?:(\\d+)$", "$1/$2"));
        }
        List<Integer> ports = node.listening().stream()
                .map(InetSocketAddress::getPort)
                .distinct()
                .toList();
        settings.put("primaryPort", ports.isEmpty() ? 0 : ports.get(0));
        settings.put("secondaryPort", ports.size() < 2 ? 0 : ports.get(1));
        settings.put("tertiaryPort", ports.size() < 3 ? 0 : ports.get(2));
        settings.put("homeDir", home);
        settings.put("listeningOn", texts(node.listening()));
        settings.put("surfaceAddresses", texts(node.surfaces()));
        settings.put("portMappingEnabled", node.portMapping());
        settings.put("softwareUpdate", "disable");
        settings.put("softwareUpdateChannel", "release");
        config.put("settings", settings);
        json.put("config", config);
        return json;
    }

    private static List<String> texts(List<InetSocketAddress> addresses) {
        return addresses.stream().map(SocketAddressField::format).toList();
    }

    /** A network. */
    static Map<String, Object> network(NetworkReport network) {
        Map<String, Object> json = new TreeMap<>();
        NetworkSettings settings = network.settings();
        json.put("allowDNS", settings.allowDns());
        json.put("allowDefault", settings.allowDefault());
        json.put("allowGlobal", settings.allowGlobal());
        json.put("allowManaged", settings.allowManaged());
        NetworkConfig config = network.config()
                .orElseGet(() -> NetworkConfig.builder(network.id(), 0).build());
        json.put(
                "assignedAddresses",
                config.addresses().stream().map(ReportJson::text).toList());
        json.put("bridge", network.bridge());
        json.put("broadcastEnabled", config.has(NetworkConfig.FLAG_BROADCAST));
        json.put("dhcp", false);
        json.put("dns", dns(config.dns()));
        json.put("id", NetworkId.format(network.id()));
        json.put("mac", MacAddress.format(network.mac()));
        json.put("mtu", config.mtuBytes());
        json.put(
                "multicastSubscriptions",
                network.groups().stream().sorted().map(ReportJson::group).toList());
        json.put("name", config.name());
        json.put("netconfRevision", config.revision());
        json.put("nwid", NetworkId.format(network.id()));
        json.put("portDeviceName", NO_DEVICE);
        json.put("portError", 0);
        json.put("routes", config.routes().stream().map(ReportJson::route).toList());
        json.put("status", network.status().name());
        json.put("type", config.isPublic() ? "PUBLIC" : "PRIVATE");
        if (network.login().enabled()) {
            json.put("ssoEnabled", true);
            json.put("authenticationURL", network.login().page());
            json.put("authenticationExpiryTime", network.login().expiryMillis());
            if (network.login().version() != 0) {
                openId(network.login(), json);
            }
        }
        return json;
    }

    /** What an OpenID Connect client takes, which the daemon has inside. */
    private static void openId(SingleSignOn login, Map<String, Object> json) {
        json.put("ssoVersion", login.version());
        json.put("issuerURL", login.url());
        json.put("centralAuthURL", login.centralUrl());
        json.put("ssoClientID", login.clientId());
        json.put("ssoNonce", login.nonce());
        json.put("ssoState", login.state());
        json.put("ssoProvider", login.provider());
    }

    private static String text(InetPrefix prefix) {
        return SocketAddressField.format(prefix.address()) + "/" + prefix.bits();
    }

    private static Map<String, Object> dns(Dns dns) {
        Map<String, Object> json = new TreeMap<>();
        json.put("domain", dns.domain());
        json.put(
                "servers",
                dns.servers().stream().map(SocketAddressField::format).toList());
        return json;
    }

    private static Map<String, Object> route(Route route) {
        Map<String, Object> json = new TreeMap<>();
        json.put("flags", route.flags());
        json.put("metric", route.metric());
        json.put("target", text(route.target()));
        boolean ipv4 = route.target().address() instanceof Inet4Address;
        // A gateway of the other IP version is none.
        json.put(
                "via",
                route.via()
                        .filter(via -> via instanceof Inet4Address == ipv4)
                        .map((InetAddress via) -> SocketAddressField.format(via))
                        .orElse(null));
        return json;
    }

    private static Map<String, Object> group(MulticastGroup group) {
        Map<String, Object> json = new TreeMap<>();
        json.put("adi", Integer.toUnsignedLong(group.adi()));
        json.put("mac", MacAddress.format(group.mac()));
        return json;
    }

    /**
     * A peer.
     *
     * @param node whose peer it is
     */
    static Map<String, Object> peer(PeerStatus peer, NodeReport node, long nowMillis) {
        Map<String, Object> json = new TreeMap<>();
        List<Integer> version = version(peer.version());
        json.put("address", Address.format(peer.address()));
        json.put("isBonded", peer.bond().isPresent());
        peer.bond().ifPresent(bond -> bond(bond, json));
        json.put("latency", peer.latencyMillis());
        List<Map<String, Object>> paths = new ArrayList<>();
        for (int i = 0; i < peer.paths().size(); i++) {
            PeerStatus.PathStatus path = peer.paths().get(i);
            Map<String, Object> told = path(path, node.listening());
            if (peer.bond().isPresent()) {
                link(peer.bond().get().links().get(i), path, nowMillis, told);
            }
            paths.add(told);
        }
        json.put("paths", paths);
        json.put("role", role(peer.role()));
        json.put("tunneled", isTunneled(peer, node));
        json.put("version", version.get(0) + "." + version.get(1) + "." + version.get(2));
        json.put("versionMajor", version.get(0));
        json.put("versionMinor", version.get(1));
        json.put("versionRev", version.get(2));
        return json;
    }

    /** Whether what goes to it goes by the TCP relay, which is the socket behind the last one. */
    private static boolean isTunneled(PeerStatus peer, NodeReport node) {
        return node.tcpRelay().active()
                && peer.paths().stream()
                        .filter(PeerStatus.PathStatus::preferred)
                        .allMatch(path -> path.socket() >= node.listening().size());
    }

    private static void bond(PeerStatus.BondStatus bond, Map<String, Object> json) {
        Bonding.Terms terms = bond.terms();
        json.put("bondingPolicyCode", terms.policy().code());
        json.put("bondingPolicyStr", terms.policy().text());
        json.put("downDelay", terms.downDelayMillis());
        json.put("failoverInterval", terms.failoverMillis());
        json.put("numAliveLinks", bond.eligible());
        json.put("numTotalLinks", bond.watched());
        json.put("packetsPerLink", terms.packetsPerLink());
        json.put("upDelay", terms.upDelayMillis());
    }

    private static void link(
            PeerStatus.LinkStatus link, PeerStatus.PathStatus path, long nowMillis, Map<String, Object> json) {
        json.put("assignedFlowCount", link.flows());
        json.put("bonded", link.inUse() ? 1 : 0);
        json.put("eligible", link.eligible() ? 1 : 0);
        json.put("givenLinkSpeed", link.capacity());
        json.put("ifname", link.name());
        json.put("lastInAge", path.lastReceiveMillis() < 0 ? nowMillis : nowMillis - path.lastReceiveMillis());
        json.put("lastOutAge", path.lastSendMillis() < 0 ? nowMillis : nowMillis - path.lastSendMillis());
        json.put("latencyMean", link.latencyMillis());
        json.put("latencyVariance", link.jitterMillis());
        json.put("packetErrorRatio", 0.0);
        json.put("packetLossRatio", link.loss());
        json.put("relativeQuality", link.share());
    }

    private static String role(Role role) {
        return switch (role) {
            case LEAF -> "LEAF";
            case MOON -> "MOON";
            case PLANET -> "PLANET";
        };
    }

    private static List<Integer> version(String text) {
        try {
            List<Integer> parts =
                    Arrays.stream(text.split("\\.", -1)).map(Integer::valueOf).toList();
            return parts.size() == 3 ? parts : List.of(UNKNOWN, UNKNOWN, UNKNOWN);
        } catch (NumberFormatException e) {
            return List.of(UNKNOWN, UNKNOWN, UNKNOWN);
        }
    }

    private static Map<String, Object> path(PeerStatus.PathStatus path, List<InetSocketAddress> listening) {
        Map<String, Object> json = new TreeMap<>();
        json.put("active", path.usable());
        json.put("address", SocketAddressField.format(path.remote()));
        json.put("expired", !path.usable());
        json.put("lastReceive", Math.max(0, path.lastReceiveMillis()));
        json.put("lastSend", Math.max(0, path.lastSendMillis()));
        json.put(
                "localPort",
                path.socket() < listening.size() ? listening.get(path.socket()).getPort() : 0);
        json.put("localSocket", path.socket());
        json.put("preferred", path.preferred());
        json.put("trustedPathId", 0);
        return json;
    }

    /** A moon that is known. */
    static Map<String, Object> moon(World moon) {
        Map<String, Object> json = new TreeMap<>();
        json.put("id", NetworkId.format(moon.id()));
        json.put("roots", moon.roots().stream().map(ReportJson::root).toList());
        json.put("signature", hex(moon.signature()));
        json.put("timestamp", moon.timestamp());
        json.put("updatesMustBeSignedBy", hex(moon.updateKey()));
        json.put("waiting", false);
        return json;
    }

    /** A moon that a root is asked for. */
    static Map<String, Object> waitingMoon(long id) {
        Map<String, Object> json = new TreeMap<>();
        json.put("id", NetworkId.format(id));
        json.put("roots", List.of());
        json.put("signature", null);
        json.put("timestamp", 0);
        json.put("updatesMustBeSignedBy", null);
        json.put("waiting", true);
        return json;
    }

    private static Map<String, Object> root(WorldRoot root) {
        Map<String, Object> json = new TreeMap<>();
        json.put("identity", root.identity().toPublicString());
        json.put("stableEndpoints", texts(root.endpoints()));
        return json;
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
