package io.ztnio.overlay.runtime;

import io.ztnio.overlay.node.NetworkAccess;
import io.ztnio.overlay.transport.MemoryHub;
import io.ztnio.protocol.store.FileStateStore;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.protocol.transport.UdpOffload;
import io.ztnio.tcpip.stack.StackConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an {@link OverlayNode} is made of. Immutable.
 */
public final class OverlayConfig {
    static final Duration DEFAULT_MEMBER_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration DEFAULT_EXIT_TIMEOUT = Duration.ofSeconds(8);

    private final Optional<Path> home;
    private final StateStore store;
    private final Optional<MemoryHub> hub;
    private final List<InetAddress> bind;
    private final int port;
    private final List<String> peers;
    private final boolean insecure;
    private final Optional<byte[]> seed;
    private final UdpOffload offload;
    private final StackConfig stack;
    private final Optional<SelectorProvider> os;
    private final Map<Long, NetworkAccess> networks;
    private final Duration memberTimeout;
    private final Duration exitTimeout;

    private OverlayConfig(Builder builder) {
        this.home = builder.home;
        this.store = builder.store;
        this.hub = builder.hub;
        this.bind = List.copyOf(builder.bind);
        this.port = builder.port;
        this.peers = List.copyOf(builder.peers);
        this.insecure = builder.insecure;
        this.seed = builder.seed;
        this.offload = builder.offload;
        this.stack = builder.stack;
        this.os = builder.os;
        this.networks = Map.copyOf(builder.networks);
        this.memberTimeout = builder.memberTimeout;
        this.exitTimeout = builder.exitTimeout;
        if (hub.isPresent() && !(bind.isEmpty() && peers.isEmpty() && port == 0)) {
            throw new IllegalArgumentException("a node on a hub in memory has no UDP addresses and peers");
        }
    }

    /** UDP on any free port of all addresses, nothing stored, no networks. */
    public static Builder builder() {
        return new Builder();
    }

    /** The directory to keep other nodes off, if the store is one. */
    public Optional<Path> home() {
        return home;
    }

    /** Identity, networks and peers. */
    public StateStore store() {
        return store;
    }

    /** The hub in memory; empty for UDP. */
    public Optional<MemoryHub> hub() {
        return hub;
    }

    /** Local addresses for UDP; empty for all. */
    public List<InetAddress> bind() {
        return bind;
    }

    /** UDP port; 0 for the one of the last run, or a free one. */
    public int port() {
        return port;
    }

    /** Where to look for other nodes: {@code host:port}. */
    public List<String> peers() {
        return peers;
    }

    /** Whether nothing is encrypted. */
    public boolean insecure() {
        return insecure;
    }

    /** The secret key to make the identity from, if there is none yet. */
    public Optional<byte[]> seed() {
        return seed.map(byte[]::clone);
    }

    public UdpOffload offload() {
        return offload;
    }

    public StackConfig stack() {
        return stack;
    }

    /** Where the UDP sockets come from; empty for {@link SelectorProvider#provider}. */
    public Optional<SelectorProvider> os() {
        return os;
    }

    /** Networks to join at the start, besides those of earlier runs. */
    public Map<Long, NetworkAccess> networks() {
        return networks;
    }

    /** How long a member that is silent for a minute is sought before connections to it end; 0 for ever. */
    public Duration memberTimeout() {
        return memberTimeout;
    }

    /** How long a node that stops waits for others to take what was written to them; 0 for not at all. */
    public Duration exitTimeout() {
        return exitTimeout;
    }

    /** Belongs to one thread. */
    public static final class Builder {
        private static final int SEED_LENGTH = 32;
        private static final int MAX_PORT = 0xffff;

        private Optional<Path> home = Optional.empty();
        private StateStore store = new MemoryStateStore();
        private Optional<MemoryHub> hub = Optional.empty();
        private List<InetAddress> bind = List.of();
        private int port;
        private final List<String> peers = new ArrayList<>();
        private boolean insecure;
        private Optional<byte[]> seed = Optional.empty();
        private UdpOffload offload = UdpOffload.AUTO;
        private StackConfig stack = StackConfig.defaults();
        private Optional<SelectorProvider> os = Optional.empty();
        private final Map<Long, NetworkAccess> networks = new LinkedHashMap<>();

        private Duration memberTimeout = DEFAULT_MEMBER_TIMEOUT;
        private Duration exitTimeout = DEFAULT_EXIT_TIMEOUT;

        private Builder() {}

        /** Default: 60 s. */
        public Builder memberTimeout(Duration value) {
            memberTimeout = value;
            return this;
        }

        /** Default: 8 s. */
        public Builder exitTimeout(Duration value) {
            exitTimeout = value;
            return this;
        }

        /** Keeps state in a directory, which no other running node may have. */
        public Builder home(Path directory) {
            home = Optional.of(directory);
            store = new FileStateStore(directory);
            return this;
        }

        /** Keeps state somewhere else. */
        public Builder store(StateStore value) {
            home = Optional.empty();
            store = value;
            return this;
        }

        /** Talks to the nodes of this process that name the same hub, instead of UDP. */
        public Builder memory(String hubName) {
            return memory(MemoryHub.named(hubName));
        }

        /** Talks to the nodes on this hub, which is in real time, instead of UDP. */
        public Builder memory(MemoryHub value) {
            hub = Optional.of(value);
            return this;
        }

        /** Local addresses for UDP; without any, all. */
        public Builder bind(Collection<InetAddress> addresses) {
            bind = List.copyOf(addresses);
            return this;
        }

        /** UDP port; 0 for the one of the last run, or a free one. */
        public Builder port(int value) {
            if (value < 0 || value > MAX_PORT) {
                throw new IllegalArgumentException("UDP port " + value + " is not within 0 to 65535");
            }
            port = value;
            return this;
        }

        /**
         * Adds a node to ask for others.
         *
         * @param hostAndPort {@code host:port}, {@code 192.0.2.1:9994}, {@code [2001:db8::1]:9994}
         * @throws IllegalArgumentException if it is not written so
         */
        public Builder peer(String hostAndPort) {
            PeerAddresses.check(hostAndPort);
            peers.add(hostAndPort);
            return this;
        }

        /** Adds a node to ask for others. */
        public Builder peer(InetSocketAddress address) {
            String host = address.getHostString();
            return peer((host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort());
        }

        /** Turns encryption off on every network, to debug: whoever reaches the port is a member. */
        public Builder insecure(boolean value) {
            insecure = value;
            return this;
        }

        /** The secret key (32 bytes) to make the identity from, if none is stored. */
        public Builder seed(byte[] value) {
            if (value.length != SEED_LENGTH) {
                throw new IllegalArgumentException("a seed of " + value.length + " bytes; it must be 32");
            }
            seed = Optional.of(value.clone());
            return this;
        }

        public Builder offload(UdpOffload value) {
            offload = value;
            return this;
        }

        public Builder stack(StackConfig value) {
            stack = value;
            return this;
        }

        /** Where the UDP sockets come from: never a provider that routes into this node. */
        public Builder os(SelectorProvider provider) {
            os = Optional.of(provider);
            return this;
        }

        /** Joins a network at the start. */
        public Builder network(long networkId, NetworkAccess access) {
            networks.put(networkId, access);
            return this;
        }

        public OverlayConfig build() {
            return new OverlayConfig(this);
        }
    }
}
