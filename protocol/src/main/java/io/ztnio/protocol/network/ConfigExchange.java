package io.ztnio.protocol.network;

import io.ztnio.protocol.config.AdHocNetworks;
import io.ztnio.protocol.config.CheckedConfig;
import io.ztnio.protocol.config.Dictionary;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkConfigCodec;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.message.NetworkConfigChunk;
import io.ztnio.protocol.message.NetworkConfigRequest;
import io.ztnio.protocol.vl1.InboundPacket;
import io.ztnio.protocol.vl1.VerbHandler.Outcome;
import io.ztnio.protocol.wire.ByteReader;
import io.ztnio.protocol.wire.Bytes;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import java.util.List;
import java.util.Optional;

/** Asks for configurations, puts them together and installs them ({@code protocol.md} 4.12, 4.13, 9.8). Thread: node. */
final class ConfigExchange {
    static final long POLL_MILLIS = 5000;
    static final long REFRESH_MILLIS = 60_000;

    private static final long IMPATIENT_MILLIS = 1000;
    /** Longer than a controller's least time between two requests, whatever their way through the network does to it. */
    private static final long SOON_MILLIS = 1500;

    private final Networks networks;
    private RequestMetadata metadata = RequestMetadata.own();

    ConfigExchange(Networks networks) {
        this.networks = networks;
    }

    void metadata(RequestMetadata newMetadata) {
        metadata = newMetadata;
    }

    /** Installs what we had when we last ran, or what follows from the ID. */
    void load(VirtualNetwork network, long nowMillis) {
        if (NetworkId.isAdHoc(network.id())) {
            Optional<NetworkConfig> config = AdHocNetworks.config(network.id(), networks.self(), nowMillis);
            config.filter(c -> install(network, CheckedConfig.of(c), nowMillis))
                    .ifPresent(c -> networks.status(network, NetworkStatus.OK));
            if (config.isEmpty() && (network.id() & 0xff_ffff) == 0) {
                networks.status(network, NetworkStatus.NOT_FOUND);
            }
            return;
        }
        String file = MembershipFile.key(network.id());
        Optional<byte[]> stored = networks.store.load(file);
        if (stored.isEmpty()) {
            return;
        }
        network.membershipStored = MembershipFile.isMembership(stored.get());
        if (MembershipFile.isBlank(stored.get())) {
            return;
        }
        CheckedConfig checked = MembershipFile.check(stored.get());
        if (checked.config().isEmpty()) {
            setAside(network, String.join("; ", checked.problems()));
        } else if (isOurs(network, checked.config().get())) {
            if (install(network, checked, nowMillis)) {
                // It may be old: ask at once. Until there is an answer the status says that there is none.
                network.lastConfigMillis = Networks.NEVER;
            } else {
                setAside(network, "it cannot be applied");
            }
        }
    }

    /** A file that is no use must not be in the way at the next start. That we are a member stays written. */
    private void setAside(VirtualNetwork network, String problem) {
        String file = MembershipFile.key(network.id());
        networks.store.setAside(file, problem);
        if (network.membershipStored) {
            networks.store.save(file, MembershipFile.blank());
        }
    }

    /** When to ask next. */
    long dueMillis(VirtualNetwork network) {
        if (NetworkId.isAdHoc(network.id())) {
            return Long.MAX_VALUE;
        }
        if (network.putOut) {
            return network.lastRequestMillis + SOON_MILLIS;
        }
        long afterRequest = network.lastRequestMillis + POLL_MILLIS;
        return network.configOrNull() == null
                ? afterRequest
                : Math.max(afterRequest, network.lastConfigMillis + REFRESH_MILLIS);
    }

    void request(VirtualNetwork network, long nowMillis) {
        network.lastRequestMillis = nowMillis;
        network.putOut = false;
        if (network.controller() == networks.self()) {
            networks.requestLocally(network, metadata, nowMillis);
            return;
        }
        NetworkConfig config = network.configOrNull();
        new NetworkConfigRequest(
                        network.id(),
                        Bytes.of(metadata.write().toByteArray()),
                        config == null ? 0 : config.revision(),
                        config == null ? 0 : config.timestampMillis())
                .write(networks.vl1.begin(network.controller(), Verb.NETWORK_CONFIG_REQUEST));
        networks.vl1.send(true, nowMillis);
    }

    /** There is traffic with the controller: it can be asked with better hope now. */
    void onControllerActive(VirtualNetwork network, long nowMillis) {
        boolean unanswered = network.configOrNull() == null
                || (network.status() == NetworkStatus.REQUESTING_CONFIGURATION && !NetworkId.isAdHoc(network.id()));
        if (unanswered && nowMillis - network.lastRequestMillis > IMPATIENT_MILLIS) {
            request(network, nowMillis);
        }
    }

    /** Our own certificate is void: the controller is asked soon, and then as often as without a configuration. */
    void onPutOut(VirtualNetwork network) {
        network.putOut = true;
        network.lastConfigMillis = Networks.NEVER;
    }

    /** A chunk in OK or NETWORK_CONFIG; the reader is at the network ID. */
    Outcome onChunk(InboundPacket packet, ByteReader reader, boolean pushed, long nowMillis) {
        Optional<NetworkConfigChunk> read = NetworkConfigChunk.read(reader);
        if (read.isEmpty() || !isPlausible(read.get())) {
            return networks.drop(NetworkDropReason.MALFORMED);
        }
        NetworkConfigChunk chunk = read.get();
        VirtualNetwork network = networks.joined(chunk.networkId());
        if (network == null) {
            networks.count(NetworkDropReason.NOT_JOINED);
            return Outcome.RECEIVED;
        }
        if (chunk.signature().isEmpty()) {
            networks.count(NetworkDropReason.UNSIGNED);
            return Outcome.RECEIVED;
        }
        if (network.assembly(packet.sender().address()).contains(chunk)) {
            return Outcome.RECEIVED;
        }
        Identity controller = networks.identityOf(network.controller());
        if (controller == null) {
            networks.vl1.requestIdentity(network.controller(), nowMillis);
            return Outcome.NOT_YET;
        }
        SignatureChecks.Sender sender = networks.senderIn(network, packet);
        SignatureChecks.Verdict verdict =
                networks.signatures.verify(chunk, controller, packet.sender().address(), sender, nowMillis);
        if (verdict != SignatureChecks.Verdict.GOOD) {
            networks.count(
                    verdict == SignatureChecks.Verdict.BAD
                            ? NetworkDropReason.BAD_SIGNATURE
                            : NetworkDropReason.SIGNATURES_LIMITED);
            return Outcome.RECEIVED;
        }
        if ((chunk.flags() & NetworkConfigChunk.FLAG_FAST_PROPAGATE) != 0) {
            flood(network, chunk, packet.sender().address(), nowMillis);
        }
        byte[] dictionary = network.assembly(packet.sender().address()).add(chunk, nowMillis);
        if (dictionary != null && complete(network, dictionary, pushed, nowMillis) && pushed) {
            networks.vl1
                    .beginOk(packet.sender().address(), Verb.ECHO, packet.packetId())
                    .putLong(network.id())
                    .putLong(chunk.updateId());
            networks.vl1.send(false, nowMillis);
        }
        return Outcome.RECEIVED;
    }

    private static boolean isPlausible(NetworkConfigChunk chunk) {
        long end = (long) chunk.position() + chunk.data().length();
        return chunk.position() >= 0
                && !chunk.data().isEmpty()
                && end <= chunk.totalLength()
                && chunk.totalLength() < NetworkConfigCodec.MAX_LENGTH;
    }

    private void flood(VirtualNetwork network, NetworkConfigChunk chunk, long source, long nowMillis) {
        for (long address : network.members.keys()) {
            if (address != source && address != network.controller() && address != networks.self()) {
                chunk.write(networks.vl1.begin(address, Verb.NETWORK_CONFIG));
                networks.vl1.send(true, nowMillis);
            }
        }
    }

    private boolean complete(VirtualNetwork network, byte[] dictionary, boolean pushed, long nowMillis) {
        CheckedConfig checked = NetworkConfigCodec.check(Dictionary.parse(dictionary));
        Optional<NetworkConfig> config = checked.config();
        if (config.isPresent() && !isOurs(network, config.get())) {
            networks.count(NetworkDropReason.WRONG_CONFIGURATION);
            return false;
        }
        NetworkConfig current = network.configOrNull();
        // Anybody can push an old configuration again, signed as it is. Only the controller's own answer goes back in
        // time.
        if (pushed
                && current != null
                && config.isPresent()
                && config.get().timestampMillis() < current.timestampMillis()) {
            networks.count(NetworkDropReason.STALE);
            return false;
        }
        return accept(network, checked, !pushed, nowMillis);
    }

    /**
     * Installs and then saves a configuration that is genuine, unless it is the one we have.
     *
     * @param answer whether it is the controller's answer to us: anybody can push what we have already
     * @return whether it is what we have now
     */
    boolean accept(VirtualNetwork network, CheckedConfig checked, boolean answer, long nowMillis) {
        if (checked.config().isEmpty()) {
            networks.count(NetworkDropReason.IMPOSSIBLE_CONFIGURATION);
            problem(network, "is not set up as its controller says, because that cannot be: ", checked.problems());
            return false;
        }
        NetworkConfig config = checked.config().get();
        if (!isOurs(network, config)) {
            return false;
        }
        if (config.equals(network.configOrNull())) {
            if (answer) {
                network.lastConfigMillis = nowMillis;
                networks.status(network, NetworkStatus.OK);
            }
            return true;
        }
        // What cannot be applied must not be on the disk: it would come back at each start.
        if (!install(network, checked, nowMillis)) {
            return false;
        }
        networks.status(network, NetworkStatus.OK);
        networks.store.save(MembershipFile.key(network.id()), MembershipFile.content(config, network.membershipStored));
        return true;
    }

    private boolean isOurs(VirtualNetwork network, NetworkConfig config) {
        return config.networkId() == network.id() && config.issuedTo() == networks.self();
    }

    /** Returns whether it is in force; if not, everything is as before. */
    private boolean install(VirtualNetwork network, CheckedConfig checked, long nowMillis) {
        NetworkConfig config = checked.config().orElseThrow();
        NetworkConfig before = network.configOrNull();
        try {
            apply(network, config);
        } catch (RuntimeException bug) {
            networks.count(NetworkDropReason.NOT_APPLICABLE);
            networks.listener.onFailure(network, bug);
            undo(network, before);
            return false;
        }
        network.lastConfigMillis = nowMillis;
        for (int i = 0; i < checked.problems().size(); i++) {
            networks.count(NetworkDropReason.USELESS_ENTRY);
        }
        problem(network, "does without a part of its configuration: ", checked.problems());
        return true;
    }

    private void apply(VirtualNetwork network, NetworkConfig config) {
        network.install(config);
        networks.announcements.configChanged(network);
        networks.listener.onConfigChanged(network, config);
    }

    private void undo(VirtualNetwork network, NetworkConfig before) {
        try {
            if (before == null) {
                network.uninstall();
                networks.announcements.configChanged(network);
            } else {
                apply(network, before);
            }
        } catch (RuntimeException bug) {
            networks.listener.onFailure(network, bug);
        }
    }

    private void problem(VirtualNetwork network, String what, List<String> problems) {
        String text = problems.isEmpty() ? "" : what + String.join("; ", problems);
        if (network.problem(text) && !text.isEmpty()) {
            networks.listener.onConfigProblem(network, text);
        }
    }

    /** ERROR from a network's controller; the reader is behind the network ID. */
    void onRefusal(VirtualNetwork network, ErrorCode code, ByteReader reader) {
        switch (code) {
            case OBJ_NOT_FOUND, UNSUPPORTED_OPERATION -> networks.status(network, NetworkStatus.NOT_FOUND);
            case NETWORK_ACCESS_DENIED -> networks.status(network, NetworkStatus.ACCESS_DENIED);
            case NETWORK_AUTHENTICATION_REQUIRED -> {
                byte[] info = reader.remaining() > 2 ? reader.getBytes(reader.getShort()) : new byte[0];
                SingleSignOn before = network.singleSignOn();
                network.singleSignOn(
                        info.length == 0 ? SingleSignOn.NONE : SingleSignOn.fromError(Dictionary.parse(info)));
                if (network.status() == NetworkStatus.AUTHENTICATION_REQUIRED
                        && !before.equals(network.singleSignOn())) {
                    // Another URL to visit, which whoever shows it has to know.
                    networks.listener.onStatus(network, NetworkStatus.AUTHENTICATION_REQUIRED);
                }
                networks.status(network, NetworkStatus.AUTHENTICATION_REQUIRED);
            }
            default -> {}
        }
    }
}
