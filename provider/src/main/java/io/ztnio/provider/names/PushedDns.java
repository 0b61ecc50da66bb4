package io.ztnio.provider.names;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.provider.dns.DnsClient;
import io.ztnio.provider.dns.DnsOutcome;
import io.ztnio.provider.dns.DnsQuestion;
import io.ztnio.provider.dns.DnsServer;
import io.ztnio.provider.dns.DnsType;
import io.ztnio.provider.names.PushedDomains.Domain;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Standing;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.provider.runtime.NamedNetwork;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Asks the DNS servers that a network has pushed, within that network and nowhere else. A server that the network does not
 * have itself is not asked.
 *
 * <p>Thread: thread-safe; waits for the servers.
 */
final class PushedDns {
    private static final Pattern ASKABLE =
            Pattern.compile("[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*");
    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;

    private final VirtualNetworks networks;
    private final DnsClient client;

    PushedDns(VirtualNetworks networks, DnsClient client) {
        this.networks = networks;
        this.client = client;
    }

    /**
     * The addresses of a name.
     *
     * @param host the name as the program wrote it, for messages
     * @return empty if there certainly are none
     * @throws UnknownHostException if nobody knows
     */
    List<InetAddress> addresses(String host, String name, Domain domain, Families families)
            throws UnknownHostException {
        if (!isAskable(name)) {
            return List.of();
        }
        List<DnsQuestion> questions = new ArrayList<>();
        if (families.ipv4()) {
            questions.add(new DnsQuestion(name, DnsType.A));
        }
        if (families.ipv6()) {
            questions.add(new DnsQuestion(name, DnsType.AAAA));
        }
        List<DnsOutcome> outcomes = client.ask(questions, servers(host, domain));
        List<InetAddress> found = outcomes.stream()
                .flatMap(outcome -> outcome.addresses().stream())
                .toList();
        if (found.isEmpty()) {
            Optional<DnsOutcome> failure = failure(outcomes);
            if (failure.isPresent()) {
                throw refusal(host, domain, failure.get().reason());
            }
        }
        return families.select(found);
    }

    /** The name of an address on the network, if its DNS has one below the domain. */
    Optional<String> name(InetAddress address, Domain domain) throws UnknownHostException {
        String text = address.getHostAddress();
        List<DnsOutcome> outcomes = client.ask(List.of(DnsQuestion.reverse(address)), servers(text, domain));
        Optional<DnsOutcome> failure = failure(outcomes);
        if (failure.isPresent()) {
            throw refusal(text, domain, failure.get().reason());
        }
        // Any other name would be looked up elsewhere, where nobody asked for it.
        return outcomes.get(0).names().stream()
                .filter(name -> HostName.of(name).isWithin(domain.name()))
                .findFirst();
    }

    private static Optional<DnsOutcome> failure(List<DnsOutcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> outcome.kind() == DnsOutcome.Kind.FAILURE)
                .findFirst();
    }

    private static boolean isAskable(String name) {
        return name.length() <= MAX_NAME
                && ASKABLE.matcher(name).matches()
                && Arrays.stream(name.split("\\.", -1)).allMatch(label -> label.length() <= MAX_LABEL);
    }

    /** Those that may be asked. */
    private List<DnsServer> servers(String host, Domain domain) throws UnknownHostException {
        NamedNetwork network = domain.network();
        if (network.standing() != Standing.USABLE) {
            throw refusal(host, domain, network.reason());
        }
        List<DnsServer> usable = new ArrayList<>();
        List<String> objections = new ArrayList<>();
        for (InetAddress server : network.servers()) {
            Optional<String> objection = objection(network, server);
            if (objection.isPresent()) {
                objections.add(server.getHostAddress() + " " + objection.get());
            } else {
                usable.add(new DnsServer(server, network.sourceFor(server).orElseThrow()));
            }
        }
        if (usable.isEmpty()) {
            throw refusal(
                    host,
                    domain,
                    objections.isEmpty()
                            ? "it has pushed no DNS server for it"
                            : "none of its DNS servers may be asked: " + String.join("; ", objections));
        }
        return usable;
    }

    /** Why a server is not asked. */
    private Optional<String> objection(NamedNetwork network, InetAddress server) {
        if (!network.covers(server)) {
            return Optional.of("is not an address of that network");
        }
        RoutingDecision decision = networks.decide(server);
        if (decision.verdict() != Verdict.VIRTUAL) {
            return Optional.of(
                    decision.verdict() == Verdict.HOST
                            ? "is the operating system's (see ztnio.routes and ztnio.bypass)"
                            : "cannot be reached: " + decision.reason());
        }
        return network.sourceFor(server).isEmpty()
                ? Optional.of("has another IP version than this node's addresses there")
                : Optional.empty();
    }

    private static UnknownHostException refusal(String host, Domain domain, String reason) {
        return new UnknownHostException(
                host + ": network " + NetworkId.format(domain.network().id())
                        + " has pushed the domain " + domain.name() + ", and " + reason
                        + ". The operating system is not asked; put the name into ztnio.hosts, mend the network's DNS, or set"
                        + " ztnio.dns=false");
    }
}
