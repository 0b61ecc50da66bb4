package io.ztnio.protocol.config;

import io.ztnio.protocol.credential.Capability;
import io.ztnio.protocol.credential.CertificateOfMembership;
import io.ztnio.protocol.credential.CertificateOfOwnership;
import io.ztnio.protocol.credential.Tag;
import io.ztnio.protocol.rule.Rule;
import java.util.List;
import java.util.Optional;

/**
 * A network as its controller describes it to one member ({@code protocol.md} 6.2). Immutable.
 *
 * @param networkId the network
 * @param issuedTo the member
 * @param timestampMillis the controller's clock when it wrote this, epoch milliseconds
 * @param credentialTimeMaxDeltaMillis how far apart credentials may be in time
 * @param flags see the constants
 * @param multicastLimit recipients of a multicast, 0 to 65535; 0 means no multicast
 * @param isPublic whether members let each other in without certificates
 * @param name at most 127 bytes
 * @param mtuBytes largest payload of a frame, 1280 to 10000
 * @param membership our certificate
 * @param capabilities in ascending order of ID
 * @param tags in ascending order of ID
 * @param addresses assigned IP addresses with the length of their on-link prefix
 * @param traceTarget who is told what becomes of frames and credentials ({@code protocol.md} 4.20); 0 for nobody
 */
public record NetworkConfig(
        long networkId,
        long issuedTo,
        long timestampMillis,
        long credentialTimeMaxDeltaMillis,
        long revision,
        long flags,
        int multicastLimit,
        boolean isPublic,
        String name,
        int mtuBytes,
        Optional<CertificateOfMembership> membership,
        List<Capability> capabilities,
        List<Tag> tags,
        List<CertificateOfOwnership> ownership,
        List<Specialist> specialists,
        List<Route> routes,
        List<InetPrefix> addresses,
        List<Rule> rules,
        Dns dns,
        SingleSignOn singleSignOn,
        long traceTarget,
        long traceLevel) {
    /** Frames to ff:ff:ff:ff:ff:ff are allowed. */
    public static final long FLAG_BROADCAST = 0x2;

    /** IPv6 neighbours whose address follows from their member are resolved locally. */
    public static final long FLAG_NDP_EMULATION = 0x4;
    /** Matches of an unknown type are true. */
    public static final long FLAG_UNKNOWN_MATCHES = 0x8;

    public static final long FLAG_NO_COMPRESSION = 0x10;

    public static final int DEFAULT_MTU = 2800;
    public static final int MIN_MTU = 1280;
    public static final int MAX_MTU = 10_000;

    /** Beyond it, frames do not fit into the seven fragments that a packet may have ({@code protocol.md} 9.3). */
    public static final int MAX_CARRIED_MTU = 9869;

    public static final int MAX_RULES = 1024;
    public static final int MAX_CAPABILITIES = 128;
    public static final int MAX_TAGS = 128;
    public static final int MAX_OWNERSHIP = 4;
    public static final int MAX_SPECIALISTS = 256;
    public static final int MAX_ROUTES = 128;
    public static final int MAX_ADDRESSES = 32;
    public static final int MAX_NAME_LENGTH = 127;
    /** More recipients than anybody knows. */
    public static final int MAX_MULTICAST_LIMIT = 0xffff;

    public NetworkConfig {
        mtuBytes = Math.max(MIN_MTU, Math.min(MAX_MTU, mtuBytes));
        multicastLimit = Math.max(0, Math.min(MAX_MULTICAST_LIMIT, multicastLimit));
        capabilities = capabilities.stream()
                .sorted((a, b) -> Integer.compareUnsigned(a.id(), b.id()))
                .toList();
        tags = tags.stream()
                .sorted((a, b) -> Integer.compareUnsigned(a.id(), b.id()))
                .toList();
        ownership = List.copyOf(ownership);
        specialists = List.copyOf(specialists);
        routes = List.copyOf(routes);
        addresses = List.copyOf(addresses);
        rules = List.copyOf(rules);
    }

    /** A configuration that says nothing but whose it is: to start {@link Builder} from. */
    public static Builder builder(long networkId, long issuedTo) {
        return new Builder(networkId, issuedTo);
    }

    public boolean has(long flag) {
        return (flags & flag) != 0;
    }

    /** Whether a member has one of these roles. */
    public boolean hasRole(long address, long roles) {
        for (int i = 0; i < specialists.size(); i++) {
            Specialist specialist = specialists.get(i);
            if (specialist.address() == address && specialist.is(roles)) {
                return true;
            }
        }
        return false;
    }

    /** Addresses of the members with one of these roles. */
    public List<Long> withRole(long roles) {
        return specialists.stream()
                .filter(specialist -> specialist.is(roles))
                .map(Specialist::address)
                .distinct()
                .toList();
    }

    /** This configuration with other addresses, routes and specialists. */
    NetworkConfig withReach(List<InetPrefix> newAddresses, List<Route> newRoutes, List<Specialist> newSpecialists) {
        return new NetworkConfig(
                networkId,
                issuedTo,
                timestampMillis,
                credentialTimeMaxDeltaMillis,
                revision,
                flags,
                multicastLimit,
                isPublic,
                name,
                mtuBytes,
                membership,
                capabilities,
                tags,
                ownership,
                newSpecialists,
                newRoutes,
                newAddresses,
                rules,
                dns,
                singleSignOn,
                traceTarget,
                traceLevel);
    }

    /** Collects a configuration. */
    public static final class Builder {
        private final long networkId;
        private final long issuedTo;
        private long timestampMillis;
        private long credentialTimeMaxDeltaMillis;
        private long revision;
        private long flags;
        private int multicastLimit;
        private boolean isPublic;
        private String name = "";
        private int mtuBytes = DEFAULT_MTU;
        private Optional<CertificateOfMembership> membership = Optional.empty();
        private List<Capability> capabilities = List.of();
        private List<Tag> tags = List.of();
        private List<CertificateOfOwnership> ownership = List.of();
        private List<Specialist> specialists = List.of();
        private List<Route> routes = List.of();
        private List<InetPrefix> addresses = List.of();
        private List<Rule> rules = List.of();
        private Dns dns = Dns.NONE;
        private SingleSignOn singleSignOn = SingleSignOn.NONE;
        private long traceTarget;
        private long traceLevel;

        private Builder(long networkId, long issuedTo) {
            this.networkId = networkId;
            this.issuedTo = issuedTo;
        }

        public Builder timestamp(long millis, long maxDeltaMillis) {
            timestampMillis = millis;
            credentialTimeMaxDeltaMillis = maxDeltaMillis;
            return this;
        }

        public Builder revision(long value) {
            revision = value;
            return this;
        }

        public Builder flags(long value) {
            flags = value;
            return this;
        }

        public Builder multicastLimit(int value) {
            multicastLimit = value;
            return this;
        }

        public Builder isPublic(boolean value) {
            isPublic = value;
            return this;
        }

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder mtu(int bytes) {
            mtuBytes = bytes;
            return this;
        }

        public Builder membership(CertificateOfMembership value) {
            membership = Optional.of(value);
            return this;
        }

        public Builder capabilities(List<Capability> value) {
            capabilities = value;
            return this;
        }

        public Builder tags(List<Tag> value) {
            tags = value;
            return this;
        }

        public Builder ownership(List<CertificateOfOwnership> value) {
            ownership = value;
            return this;
        }

        public Builder specialists(List<Specialist> value) {
            specialists = value;
            return this;
        }

        public Builder routes(List<Route> value) {
            routes = value;
            return this;
        }

        public Builder addresses(List<InetPrefix> value) {
            addresses = value;
            return this;
        }

        public Builder rules(List<Rule> value) {
            rules = value;
            return this;
        }

        public Builder dns(Dns value) {
            dns = value;
            return this;
        }

        public Builder singleSignOn(SingleSignOn value) {
            singleSignOn = value;
            return this;
        }

        public Builder trace(long target, long level) {
            traceTarget = target;
            traceLevel = level;
            return this;
        }

        public NetworkConfig build() {
            return new NetworkConfig(
                    networkId,
                    issuedTo,
                    timestampMillis,
                    credentialTimeMaxDeltaMillis,
                    revision,
                    flags,
                    multicastLimit,
                    isPublic,
                    name,
                    mtuBytes,
                    membership,
                    capabilities,
                    tags,
                    ownership,
                    specialists,
                    routes,
                    addresses,
                    rules,
                    dns,
                    singleSignOn,
                    traceTarget,
                    traceLevel);
        }
    }
}
