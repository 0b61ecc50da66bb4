package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.identity.Address;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.routing.NetworkClaims;
import io.ztnio.provider.routing.Standing;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How networks stand, for those who route and in words: node addresses in ten hexadecimal digits, network ids in sixteen.
 * Immutable.
 *
 * @param address our node's ZeroTier address
 * @param online whether a root answers it
 */
record NetworkStanding(long address, boolean online) {
    /** Nothing is known, not even the node. */
    static final NetworkStanding OFFLINE = new NetworkStanding(0, false);

    /** A configuration that is there counts, whether the controller can be reached now or not. */
    static Standing of(Optional<NetworkView> view) {
        return view.map(network -> switch (network.status()) {
                    case OK, REQUESTING_CONFIGURATION ->
                        network.config().isPresent() ? Standing.USABLE : Standing.WAITING;
                    case ACCESS_DENIED, NOT_FOUND, AUTHENTICATION_REQUIRED -> Standing.UNAVAILABLE;
                })
                .orElse(Standing.WAITING);
    }

    NetworkClaims claims(long id, Optional<NetworkView> view) {
        Standing standing = of(view);
        return new NetworkClaims(
                id,
                standing,
                standing == Standing.USABLE ? "" : reason(id, view),
                view.flatMap(NetworkView::link),
                view.map(NetworkView::settings).orElse(NetworkSettings.DEFAULT));
    }

    /** Why it is not usable and what to do. */
    String reason(long id, Optional<NetworkView> view) {
        return "network " + NetworkId.format(id) + " is not usable: " + status(id, view, true);
    }

    /**
     * The status in words, and what to do.
     *
     * @param late whether it is worth a word that nobody has answered
     */
    String status(long id, Optional<NetworkView> view, boolean late) {
        String member = Address.format(address);
        String controller = "the controller " + Address.format(NetworkId.controller(id));
        return switch (of(view)) {
            case USABLE -> usable(view.flatMap(NetworkView::config).orElseThrow(), member);
            case WAITING -> waiting(controller, late);
            case UNAVAILABLE ->
                switch (view.orElseThrow().status()) {
                    case NOT_FOUND -> controller + " does not know this network: check the network id";
                    case AUTHENTICATION_REQUIRED ->
                        controller + " asks for a login, which a program cannot do: "
                                + login(view.orElseThrow().singleSignOn()) + "let " + member + " in there without";
                    default -> "not authorised: let " + member + " in at " + controller;
                };
        };
    }

    /** Where a person can sign in; empty if the controller does not say. */
    private static String login(SingleSignOn singleSignOn) {
        if (singleSignOn.url().isEmpty()) {
            return "";
        }
        String how =
                singleSignOn.version() == 0 ? "" : " by OpenID Connect, as client " + singleSignOn.clientId() + ",";
        return "sign in" + how + " at " + singleSignOn.url() + ", or ";
    }

    private String waiting(String controller, boolean late) {
        if (!late) {
            return "waiting for " + controller;
        }
        return online
                ? controller
                        + " has not answered: check that it runs, and the network id, whose first ten digits name it"
                : "no root has answered: check ztnio.planet, and that UDP leaves this machine";
    }

    private static String usable(NetworkConfig config, String member) {
        if (config.addresses().isEmpty()) {
            return "OK, but without an address: assign one to " + member + " at the controller";
        }
        return "OK, addresses "
                + config.addresses().stream()
                        .map(prefix -> prefix.address().getHostAddress() + "/" + prefix.bits())
                        .collect(Collectors.joining(" "));
    }
}
