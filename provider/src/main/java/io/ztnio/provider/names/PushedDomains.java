package io.ztnio.provider.names;

import io.ztnio.provider.runtime.NamedNetwork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The domains that networks push. The longest that fits a name counts; of equal ones that of the network that is
 * configured first. Immutable.
 */
final class PushedDomains {
    private static final Pattern DOMAIN =
            Pattern.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*");

    private final List<Domain> domains;

    /** A domain of a network. */
    record Domain(String name, NamedNetwork network) {}

    private PushedDomains(List<Domain> domains) {
        this.domains = domains;
    }

    /** Those of the networks, without what is no domain, which a controller may push too. */
    static PushedDomains of(List<NamedNetwork> networks) {
        List<Domain> domains = new ArrayList<>();
        for (NamedNetwork network : networks) {
            String name = HostName.of(stripDots(network.domain().strip())).text();
            if (DOMAIN.matcher(name).matches() && !HostName.of(name).isLocalHost()) {
                domains.add(new Domain(name, network));
            }
        }
        return new PushedDomains(domains);
    }

    /** A search domain may be written {@code .example}, and an absolute one {@code example.}. */
    private static String stripDots(String domain) {
        return domain.replaceFirst("^\\.+", "").replaceFirst("\\.+$", "");
    }

    /** Whose the name is. */
    Optional<Domain> of(HostName name) {
        return domains.stream()
                .filter(domain -> name.isWithin(domain.name()))
                // The first of the longest: max would be the last.
                .sorted(Comparator.comparingInt(domain -> -domain.name().length()))
                .findFirst();
    }

    /** To complete names with, in the order of the networks. */
    List<Domain> search() {
        return domains;
    }
}
