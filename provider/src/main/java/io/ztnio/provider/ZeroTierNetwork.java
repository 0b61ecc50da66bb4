package io.ztnio.provider;

import io.ztnio.provider.config.NetworkSettings;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A network of a {@link ZeroTier} instance as it was at one moment. Immutable.
 *
 * @param id 16 hexadecimal digits
 * @param name what its controller calls it; empty while not known
 * @param state how this node stands there
 * @param addresses the addresses that its controller has given this node there
 * @param linkLocal this node's IPv6 link-local address there, with the number behind the % that says which network it is
 *     on; empty while the network is not configured, and where there are none
 * @param dns the name servers that its controller names; none while not known
 * @param login where a person has to sign in, if the network asks for that
 * @param explanation why it is not usable and what to do; empty if it is
 * @param settings what it may do
 */
public record ZeroTierNetwork(
        String id,
        String name,
        State state,
        List<InetAddress> addresses,
        Optional<InetAddress> linkLocal,
        Dns dns,
        Optional<Login> login,
        String explanation,
        NetworkSettings settings) {
    /** How a node stands on a network. */
    public enum State {
        /** Nobody has answered yet. */
        WAITING,
        /** Usable, by what its controller says or said in an earlier run. */
        OK,
        /** Private, and this node is not let in. */
        NOT_AUTHORISED,
        /** Its controller does not know it. */
        NOT_FOUND,
        /** It asks for a login. */
        LOGIN_REQUIRED
    }

    /**
     * What a controller says of names. Immutable.
     *
     * @param domain which names the servers know; empty if none is named
     * @param servers at most four
     */
    public record Dns(String domain, List<InetAddress> servers) {
        /** Nothing. */
        public static final Dns NONE = new Dns("", List.of());

        public Dns {
            servers = List.copyOf(servers);
        }
    }

    /**
     * A login that a network asks for. Immutable.
     *
     * @param url the page to sign in at, as the controller says it: nothing of it is checked; may be empty
     * @param expiry when the login that there is ends, if that is known
     * @param openId if it is by OpenID Connect, which takes a client for that
     */
    public record Login(String url, Optional<Instant> expiry, Optional<OpenId> openId) {}

    /**
     * What a client for OpenID Connect takes to sign in, as the controller says it: nothing of it is checked. Immutable.
     *
     * @param issuer URL of who knows the users
     * @param clientId of the network at the issuer
     * @param provider what kind of issuer it is; {@code default} if nothing is said
     * @param redirectUrl where the issuer sends the user back to
     * @param nonce to be in the token that the issuer signs
     * @param state to come back with it
     */
    public record OpenId(
            String issuer, String clientId, String provider, String redirectUrl, String nonce, String state) {}

    public ZeroTierNetwork {
        addresses = List.copyOf(addresses);
    }
}
