package io.ztnio.protocol.controller;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.json.JsonObject;
import io.ztnio.protocol.rule.Rule;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A network as its operator wants it ({@code protocol.md} 9.3, 9.6). Immutable. */
public final class NetworkDefinition {
    public static final int DEFAULT_MULTICAST_LIMIT = 32;
    public static final long DEFAULT_CREDENTIAL_WINDOW_MILLIS = 1_800_000;

    private final Builder fields;

    private NetworkDefinition(Builder fields) {
        this.fields = fields;
    }

    /** A private network without addresses, whose rules accept everything. */
    public static Builder builder(long networkId) {
        return new Builder(networkId);
    }

    /** The network that a controller's record describes ({@code protocol.md} 9.6), be it one that does not work. */
    public static NetworkDefinition ofRecord(JsonObject record, long networkId) {
        return NetworkJson.read(record, networkId);
    }

    public Builder toBuilder() {
        return new Builder(fields);
    }

    public long networkId() {
        return fields.networkId;
    }

    public String name() {
        return fields.name;
    }

    /** Whether members need to be authorized. */
    public boolean isPrivate() {
        return fields.isPrivate;
    }

    public boolean broadcast() {
        return fields.broadcast;
    }

    public boolean rfc4193() {
        return fields.rfc4193;
    }

    public boolean sixPlane() {
        return fields.sixPlane;
    }

    public int mtuBytes() {
        return fields.mtuBytes;
    }

    public int multicastLimit() {
        return fields.multicastLimit;
    }

    /** How far apart members' certificates may be. */
    public long credentialWindowMillis() {
        return fields.credentialWindowMillis;
    }

    /** Counts the changes. */
    public long revision() {
        return fields.revision;
    }

    public List<AddressPool> pools() {
        return fields.pools;
    }

    public List<Route> routes() {
        return fields.routes;
    }

    public List<Rule> rules() {
        return fields.rules;
    }

    public List<CapabilityDefinition> capabilities() {
        return fields.capabilities;
    }

    /** Values that every member's tags have unless its own say otherwise, by tag ID. */
    public SortedMap<Integer, Integer> tags() {
        return new TreeMap<>(fields.tags);
    }

    public Dns dns() {
        return fields.dns;
    }

    /** Tokens that admit who shows them, and when they expire; 0 is never. */
    public Map<String, Long> authTokens() {
        return fields.authTokens;
    }

    /** Whether members get addresses of the IPv4 pools. */
    public boolean assignsIpv4() {
        return fields.assignsIpv4;
    }

    /** Whether members get addresses of the IPv6 pools. */
    public boolean assignsIpv6() {
        return fields.assignsIpv6;
    }

    /** Whom members tell what becomes of frames, unless a member's own setting says otherwise. */
    public TraceTarget trace() {
        return fields.trace;
    }

    /** Whether members have to sign in. */
    public boolean needsSignIn() {
        return fields.needsSignIn;
    }

    /** The page that members sign in at, unless they do by OpenID Connect. */
    public String signInUrl() {
        return fields.signInUrl;
    }

    /** How members sign in by OpenID Connect. */
    public OpenIdService openId() {
        return fields.openId;
    }

    /** Collects a definition. */
    public static final class Builder {
        private final long networkId;
        private String name = "";
        private boolean isPrivate = true;
        private boolean broadcast = true;
        private boolean rfc4193;
        private boolean sixPlane;
        private int mtuBytes = NetworkConfig.DEFAULT_MTU;
        private int multicastLimit = DEFAULT_MULTICAST_LIMIT;
        private long credentialWindowMillis = DEFAULT_CREDENTIAL_WINDOW_MILLIS;
        private long revision;
        private List<AddressPool> pools = List.of();
        private List<Route> routes = List.of();
        private List<Rule> rules = List.of(Rule.ACCEPT);
        private List<CapabilityDefinition> capabilities = List.of();
        private Map<Integer, Integer> tags = Map.of();
        private Dns dns = Dns.NONE;
        private Map<String, Long> authTokens = Map.of();
        private boolean assignsIpv4 = true;
        private boolean assignsIpv6 = true;
        private TraceTarget trace = TraceTarget.NONE;
        private boolean needsSignIn;
        private String signInUrl = "";
        private OpenIdService openId = OpenIdService.NONE;

        private Builder(long networkId) {
            this.networkId = networkId;
        }

        private Builder(Builder other) {
            networkId = other.networkId;
            name = other.name;
            isPrivate = other.isPrivate;
            broadcast = other.broadcast;
            rfc4193 = other.rfc4193;
            sixPlane = other.sixPlane;
            mtuBytes = other.mtuBytes;
            multicastLimit = other.multicastLimit;
            credentialWindowMillis = other.credentialWindowMillis;
            revision = other.revision;
            pools = other.pools;
            routes = other.routes;
            rules = other.rules;
            capabilities = other.capabilities;
            tags = other.tags;
            dns = other.dns;
            authTokens = other.authTokens;
            assignsIpv4 = other.assignsIpv4;
            assignsIpv6 = other.assignsIpv6;
            trace = other.trace;
            needsSignIn = other.needsSignIn;
            signInUrl = other.signInUrl;
            openId = other.openId;
        }

        /** At most 127 bytes of UTF-8. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder isPrivate(boolean value) {
            isPrivate = value;
            return this;
        }

        public Builder broadcast(boolean value) {
            broadcast = value;
            return this;
        }

        public Builder rfc4193(boolean value) {
            rfc4193 = value;
            return this;
        }

        public Builder sixPlane(boolean value) {
            sixPlane = value;
            return this;
        }

        /** 1280 to {@value NetworkConfig#MAX_CARRIED_MTU}. */
        public Builder mtu(int bytes) {
            mtuBytes = bytes;
            return this;
        }

        /** 0 disables multicast. */
        public Builder multicastLimit(int value) {
            multicastLimit = value;
            return this;
        }

        /** Clamped to five minutes to two hours when it is used. */
        public Builder credentialWindow(long millis) {
            credentialWindowMillis = millis;
            return this;
        }

        public Builder revision(long value) {
            revision = value;
            return this;
        }

        public Builder pools(List<AddressPool> value) {
            pools = List.copyOf(value);
            return this;
        }

        public Builder routes(List<Route> value) {
            routes = List.copyOf(value);
            return this;
        }

        public Builder rules(List<Rule> value) {
            rules = List.copyOf(value);
            return this;
        }

        public Builder capabilities(List<CapabilityDefinition> value) {
            capabilities = List.copyOf(value);
            return this;
        }

        public Builder tags(Map<Integer, Integer> value) {
            tags = Map.copyOf(value);
            return this;
        }

        public Builder dns(Dns value) {
            dns = value;
            return this;
        }

        public Builder authTokens(Map<String, Long> value) {
            authTokens = Map.copyOf(value);
            return this;
        }

        /** Whether members get addresses of the pools of each version; they do unless this says otherwise. */
        public Builder assigns(boolean ipv4, boolean ipv6) {
            assignsIpv4 = ipv4;
            assignsIpv6 = ipv6;
            return this;
        }

        public Builder trace(TraceTarget value) {
            trace = value;
            return this;
        }

        /** Members have to sign in at {@code url}, those excepted that are exempt. */
        public Builder signIn(boolean needed, String url) {
            needsSignIn = needed;
            signInUrl = url;
            return this;
        }

        /** Members who have to sign in do so by OpenID Connect. */
        public Builder openId(OpenIdService value) {
            openId = value;
            return this;
        }

        /**
         * The definition. Targets of routes lose their host bits.
         *
         * @throws IllegalArgumentException naming the field, if no configuration can say this or it cannot work
         */
        public NetworkDefinition build() {
            NetworkDefinition definition = buildUnchecked();
            DefinitionCheck.check(definition);
            return definition;
        }

        /** A definition that need not work, as an operator may leave one between two steps. */
        NetworkDefinition buildUnchecked() {
            Builder fields = new Builder(this);
            fields.routes = routes.stream()
                    .map(route -> new Route(route.target().network(), route.via(), route.flags(), route.metric()))
                    .toList();
            return new NetworkDefinition(fields);
        }
    }
}
