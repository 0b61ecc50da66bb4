package io.ztnio.overlay.node;

import io.ztnio.overlay.identity.PublicIdentity;
import io.ztnio.overlay.session.NetworkKey;
import io.ztnio.tcpip.link.IpPrefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How a node takes part in a network: what lets it in, whom it lets in, and the addresses and the name that it has there.
 *
 * <p>Who has the network's key is a member. A list of public identities lets in only those; a network may have both. A
 * network that has neither is for the memory transport, or needs the option {@code insecure}.
 *
 * <p>Thread: immutable.
 */
public final class NetworkAccess {
    /** Addresses that a node may have on a network, besides the one that follows from its id. */
    public static final int MAX_ADDRESSES = 16;

    /** Nothing but membership: no key, no list, no addresses. */
    public static final NetworkAccess OPEN = builder().build();

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private final Optional<String> keyText;
    private final Optional<NetworkKey> key;
    private final Map<Long, PublicIdentity> allowed;
    private final List<IpPrefix> addresses;
    private final Optional<String> name;

    private NetworkAccess(Builder builder) {
        this.keyText = builder.keyText;
        this.key = builder.key;
        this.allowed = Map.copyOf(builder.allowed);
        this.addresses = List.copyOf(builder.addresses);
        this.name = builder.name;
        if (addresses.size() > MAX_ADDRESSES) {
            throw new IllegalArgumentException(
                    addresses.size() + " addresses on one network; at most " + MAX_ADDRESSES + " are possible");
        }
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Starts with {@link #OPEN}. */
    public static Builder builder() {
        return new Builder();
    }

    /** The key of a network; a text is stretched here, which takes a noticeable part of a second. */
    public NetworkKey key(long networkId) {
        return key.orElseGet(
                () -> keyText.map(text -> NetworkKey.parse(text, networkId)).orElse(NetworkKey.NONE));
    }

    /** Whether there is a key. */
    public boolean hasKey() {
        return keyText.isPresent() || key.filter(value -> !value.isNone()).isPresent();
    }

    /** Whether only those on a list get in. */
    public boolean hasList() {
        return !allowed.isEmpty();
    }

    /** Whether an identity may be a member, as far as the list goes. */
    public boolean allows(PublicIdentity identity) {
        return allowed.isEmpty() || identity.equals(allowed.get(identity.id()));
    }

    /** Those on the list; empty if there is none. */
    public Set<PublicIdentity> allowed() {
        return Set.copyOf(allowed.values());
    }

    /** Own addresses with their on-link prefixes, besides the one that follows from the node's id. */
    public List<IpPrefix> addresses() {
        return addresses;
    }

    /** The name that this node tells the others. */
    public Optional<String> name() {
        return name;
    }

    /** The same with the key of a network made, so that nobody who is in a hurry need stretch it. */
    public NetworkAccess prepared(long networkId) {
        Builder builder = builder().allow(allowed.values()).addresses(addresses);
        builder.name = name;
        builder.key = Optional.of(key(networkId));
        return builder.build();
    }

    /** Does not show the key. */
    @Override
    public String toString() {
        return (hasKey() ? "with a key" : "without a key")
                + (hasList() ? ", " + allowed.size() + " allowed" : "")
                + (addresses.isEmpty() ? "" : ", " + addresses);
    }

    /** Belongs to one thread. */
    public static final class Builder {
        private Optional<String> keyText = Optional.empty();
        private Optional<NetworkKey> key = Optional.empty();
        private final Map<Long, PublicIdentity> allowed = new TreeMap<>();
        private List<IpPrefix> addresses = new ArrayList<>();
        private Optional<String> name = Optional.empty();

        private Builder() {}

        /** The network's key: 64 hexadecimal digits, or a phrase of at least 8 characters. */
        public Builder key(String text) {
            keyText = Optional.of(text);
            return this;
        }

        /** The network's key as bytes. */
        public Builder key(NetworkKey value) {
            key = Optional.of(value);
            return this;
        }

        /**
         * Lets in these, and nobody else who is not added too.
         *
         * @throws IllegalArgumentException if two of them have the same node id
         */
        public Builder allow(Collection<PublicIdentity> identities) {
            for (PublicIdentity identity : identities) {
                PublicIdentity before = allowed.putIfAbsent(identity.id(), identity);
                if (before != null && !before.equals(identity)) {
                    throw new IllegalArgumentException("two identities have one node id: " + before + ", " + identity);
                }
            }
            return this;
        }

        /** Adds own addresses, each with its on-link prefix. */
        public Builder addresses(Collection<IpPrefix> own) {
            addresses.addAll(own);
            return this;
        }

        /**
         * The name that this node tells the others.
         *
         * @throws IllegalArgumentException if it is not a label as in host names
         */
        public Builder name(String label) {
            if (!isName(label)) {
                throw new IllegalArgumentException("'" + label
                        + "' is not a name: small letters, digits and hyphens, at most 63, not a hyphen at the ends");
            }
            name = Optional.of(label);
            return this;
        }

        public NetworkAccess build() {
            return new NetworkAccess(this);
        }
    }
}
