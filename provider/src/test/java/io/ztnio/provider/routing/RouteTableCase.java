package io.ztnio.provider.routing;

import static io.ztnio.provider.routing.Addresses.ip;
import static io.ztnio.provider.routing.Addresses.link;
import static io.ztnio.provider.routing.Addresses.prefix;
import static io.ztnio.provider.routing.Addresses.prefixes;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.tcpip.link.LinkConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Networks, a host and settings, and what is decided of them. */
abstract class RouteTableCase {
    static final long A = 0xa1L;
    static final long B = 0xb2L;
    static final long DEADLINE = Long.MAX_VALUE - 10;
    static final long BEFORE = DEADLINE - 1;

    /** The clock's numbers wrap. */
    @SuppressWarnings("ConstantOverflow") // it is meant to
    static final long AFTER = DEADLINE + 20;

    private final List<NetworkClaims> networks = new ArrayList<>();
    private final ClaimHistory history = new ClaimHistory();
    private RoutingSettings settings = new RoutingSettings(List.of(), List.of(), WhenUnavailable.FAIL);
    private HostRoutes host = HostRoutes.NONE;

    void usable(long id, LinkConfig link) {
        add(NetworkClaims.usable(id, link));
    }

    void unknown(long id) {
        add(new NetworkClaims(id, Standing.WAITING, "no answer", Optional.empty()));
    }

    void refused(long id) {
        add(new NetworkClaims(id, Standing.UNAVAILABLE, "not authorised", Optional.empty()));
    }

    void refused(long id, LinkConfig link) {
        add(new NetworkClaims(id, Standing.UNAVAILABLE, "not authorised", Optional.of(link)));
    }

    void waiting(long id, LinkConfig link) {
        add(new NetworkClaims(id, Standing.WAITING, "starting", Optional.of(link)));
    }

    void add(NetworkClaims network) {
        networks.removeIf(known -> known.id() == network.id());
        networks.add(network);
        network.link().ifPresent(link -> history.note(network.id(), link));
    }

    void routes(String... prefixes) {
        settings = new RoutingSettings(prefixes(prefixes), settings.bypass(), WhenUnavailable.FAIL);
    }

    void bypass(String... prefixes) {
        settings = new RoutingSettings(settings.routes(), prefixes(prefixes), WhenUnavailable.FAIL);
    }

    void host(Set<String> addresses, String... connected) {
        host = new HostRoutes(
                Set.copyOf(addresses.stream().map(Addresses::ip).toList()),
                Arrays.stream(connected)
                        .map(text -> new HostRoutes.Connected(prefix(text), "eth0"))
                        .toList());
    }

    RouteTable table() {
        return RouteTable.of(settings, host, networks, history, DEADLINE);
    }

    Verdict remote(String address) {
        return remote(address, BEFORE);
    }

    Verdict remote(String address, long now) {
        return table().decide(ip(address), now).verdict();
    }

    Verdict local(String address) {
        return table().decideLocal(ip(address), BEFORE).verdict();
    }

    String reason(String address, long now) {
        return table().decide(ip(address), now).reason();
    }
}
