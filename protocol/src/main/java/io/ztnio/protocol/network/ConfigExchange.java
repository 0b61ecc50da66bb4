package io.ztnio.protocol.network;

import io.ztnio.protocol.config.AdHocNetworks;
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
import java.util.Optional;

/** Asks for configurations, puts them together and installs them ({@code protocol.md} 4.12, 4.13, 9.8). Thread: node. */
final class ConfigExchange {
    static final long POLL_MILLIS = 5000;
    static final long REFRESH_MILLIS = 60_000;

    private static final long IMPATIENT_MILLIS = 1000;

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
            config.ifPresent(c -> install(network, c, nowMillis));
            if (config.isEmpty() && (network.id() & 0xff_ffff) == 0) {
                networks.status(network, NetworkStatus.NOT_FOUND);
            }
            return;
        }
        networks.store
                .load(fileName(network.id()))
                .flatMap(NetworkConfigCodec::read)
                .filter(config -> isOurs(network, config))
                .ifPresent(config -> {
                    install(network, config, nowMillis);
                    // It may be old: ask at once.
                    network.lastConfigMillis = Networks.NEVER;
                });
    }

    static String fileName(long networkId) {
        return "networks.d/" + NetworkId.format(networkId) + ".conf";
    }

    /** When to ask next. */
    long dueMillis(VirtualNetwork network) {
        if (NetworkId.isAdHoc(network.id())) {
            return Long.MAX_VALUE;
        }
        long afterRequest = network.lastRequestMillis + POLL_MILLIS;
        return network.configOrNull() == null
                ? afterRequest
                : Math.max(afterRequest, network.lastConfigMillis + REFRESH_MILLIS);
    }

    void request(VirtualNetwork network, long nowMillis) {
        network.lastRequestMillis = nowMillis;
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
        if (network.configOrNull() == null && nowMillis - network.lastRequestMillis > IMPATIENT_MILLIS) {
            request(network, nowMillis);
        }
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
        if (network.assembly.contains(chunk)) {
            return Outcome.RECEIVED;
        }
        Identity controller = networks.identityOf(network.controller());
        if (controller == null) {
            networks.vl1.requestIdentity(network.controller(), nowMillis);
            return Outcome.NOT_YET;
        }
        if (!controller.verify(chunk.signedMessage(), chunk.signature().toByteArray())) {
            networks.count(NetworkDropReason.BAD_SIGNATURE);
            return Outcome.RECEIVED;
        }
        if ((chunk.flags() & NetworkConfigChunk.FLAG_FAST_PROPAGATE) != 0) {
            flood(network, chunk, packet.sender().address(), nowMillis);
        }
        byte[] dictionary = network.assembly.add(chunk, nowMillis);
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
        Optional<NetworkConfig> config = NetworkConfigCodec.read(dictionary);
        if (config.isEmpty()) {
            networks.count(NetworkDropReason.MALFORMED);
            return false;
        }
        if (!isOurs(network, config.get())) {
            networks.count(NetworkDropReason.WRONG_CONFIGURATION);
            return false;
        }
        NetworkConfig current = network.configOrNull();
        // Anybody can push an old configuration again, signed as it is. Only the controller's own answer goes back in
        // time.
        if (pushed && current != null && config.get().timestampMillis() < current.timestampMillis()) {
            networks.count(NetworkDropReason.STALE);
            return false;
        }
        accept(network, config.get(), nowMillis);
        return true;
    }

    /** Installs and saves a configuration that is genuine, unless it is the one we have. */
    void accept(VirtualNetwork network, NetworkConfig config, long nowMillis) {
        if (!isOurs(network, config) || config.equals(network.configOrNull())) {
            return;
        }
        networks.store.save(
                fileName(network.id()), NetworkConfigCodec.write(config).toByteArray());
        install(network, config, nowMillis);
    }

    private boolean isOurs(VirtualNetwork network, NetworkConfig config) {
        return config.networkId() == network.id() && config.issuedTo() == networks.self();
    }

    private void install(VirtualNetwork network, NetworkConfig config, long nowMillis) {
        network.install(config);
        network.lastConfigMillis = nowMillis;
        networks.announcements.configChanged(network);
        networks.listener.onConfigChanged(network, config);
        networks.status(network, NetworkStatus.OK);
    }

    /** ERROR from a network's controller; the reader is behind the network ID. */
    void onRefusal(VirtualNetwork network, ErrorCode code, ByteReader reader) {
        switch (code) {
            case OBJ_NOT_FOUND, UNSUPPORTED_OPERATION -> networks.status(network, NetworkStatus.NOT_FOUND);
            case NETWORK_ACCESS_DENIED -> networks.status(network, NetworkStatus.ACCESS_DENIED);
            case NETWORK_AUTHENTICATION_REQUIRED -> {
                byte[] info = reader.remaining() > 2 ? reader.getBytes(reader.getShort()) : new byte[0];
                network.singleSignOn(
                        info.length == 0 ? SingleSignOn.NONE : SingleSignOn.fromError(Dictionary.parse(info)));
                networks.status(network, NetworkStatus.AUTHENTICATION_REQUIRED);
            }
            default -> {}
        }
    }
}
