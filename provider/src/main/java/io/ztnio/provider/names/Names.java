package io.ztnio.provider.names;

import io.ztnio.provider.dns.DnsClient;
import io.ztnio.provider.names.PushedDomains.Domain;
import io.ztnio.provider.routing.Standing;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.provider.runtime.NamedNetwork;
import io.ztnio.provider.runtime.VirtualNetworks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The names of a process's virtual networks. Of these, the first that knows a name: the hosts file, members, pushed DNS.
 *
 * <p>Thread: thread-safe; a lookup may wait for the node, as a connect does, and for DNS servers.
 */
public final class Names {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    /** Threads of a node's own: what they wait for would have to come from themselves. */
    private static final String OWN_THREADS = "ztnio-";

    private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

    private final VirtualNetworks networks;
    private final Optional<HostsFile> hosts;
    private final PushedDns dns;
    private final Supplier<String> localHostName;

    /**
     * Looks nothing up yet.
     *
     * @param channels whose channels reach the networks
     */
    public Names(VirtualNetworks networks, SelectorProvider channels) {
        this(networks, new DnsClient(channels), System::nanoTime, LocalHostName::get);
    }

    Names(VirtualNetworks networks, DnsClient client, LongSupplier nanoClock, Supplier<String> localHostName) {
        this.networks = networks;
        this.hosts = networks.names().settings().hosts().map(file -> new HostsFile(file, nanoClock));
        this.dns = new PushedDns(networks, client);
        this.localHostName = localHostName;
    }

    /**
     * The addresses of a name, which they carry as their host name.
     *
     * @return empty if the name is none of ours: the JDK's resolver is to be asked
     * @throws UnknownHostException if it is ours and has no address, or nobody knows; saying what to do
     */
    public Optional<List<InetAddress>> lookup(String host, Families families) throws UnknownHostException {
        Optional<List<InetAddress>> found;
        try {
            found = networks.isConfigured() ? find(host, HostName.of(host), families) : Optional.empty();
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "unexpected failure of the lookup of " + host, bug);
            throw new UnknownHostException(host + ": " + bug);
        }
        if (found.isEmpty()) {
            return found;
        }
        List<InetAddress> named = new ArrayList<>();
        for (InetAddress address : found.get()) {
            named.add(InetAddress.getByAddress(host, address.getAddress()));
        }
        if (named.isEmpty()) {
            throw new UnknownHostException(host + ": no address of the wanted IP version on the virtual networks");
        }
        return Optional.of(named);
    }

    /**
     * The name of an address.
     *
     * @return empty if the address is none of ours: the JDK's resolver is to be asked
     * @throws UnknownHostException if it is ours and has no name, or nobody knows
     */
    public Optional<String> lookup(InetAddress address) throws UnknownHostException {
        try {
            return networks.isConfigured() ? find(address) : Optional.empty();
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "unexpected failure of the lookup of " + address.getHostAddress(), bug);
            throw new UnknownHostException(address.getHostAddress() + ": " + bug);
        }
    }

    private Optional<List<InetAddress>> find(String host, HostName name, Families families)
            throws UnknownHostException {
        List<InetAddress> listed =
                hosts.map(file -> file.table().addressesOf(name)).orElse(List.of());
        if (!listed.isEmpty()) {
            return Optional.of(families.select(listed));
        }
        if (name.isLocalHost()) {
            return Optional.empty();
        }
        Optional<MemberNames.Form> form = MemberNames.parse(name);
        if (form.isPresent() && (form.get().isOurs() || tellsNames())) {
            return Optional.of(families.select(member(host, form.get())));
        }
        return pushing().isEmpty() ? Optional.empty() : ask(host, name, families);
    }

    /** The networks that may answer for the domains that they push. */
    private List<NamedNetwork> pushing() {
        boolean all = networks.names().settings().dns();
        return networks.names().networks().stream()
                .filter(network -> all || network.allowsDns())
                .toList();
    }

    private boolean tellsNames() {
        return networks.names().networks().stream().anyMatch(NamedNetwork::tellsNames);
    }

    private List<InetAddress> member(String host, MemberNames.Form form) throws UnknownHostException {
        List<NamedNetwork> all = networks.names().networks();
        List<InetAddress> found = MemberNames.addresses(form, all);
        boolean known = all.stream()
                .filter(form::isOf)
                .allMatch(network -> network.link().isPresent());
        if (found.isEmpty() && !known) {
            awaitNetworks(host);
            all = networks.names().networks();
            found = MemberNames.addresses(form, all);
        }
        if (found.isEmpty()) {
            throw new UnknownHostException(host + ": " + whyNoMember(form, all));
        }
        return found;
    }

    private static String whyNoMember(MemberNames.Form form, List<NamedNetwork> all) {
        List<NamedNetwork> meant = all.stream().filter(form::isOf).toList();
        if (meant.isEmpty()) {
            return "this process has not joined that network (ztnio.networks)";
        }
        Optional<NamedNetwork> unusable = meant.stream()
                .filter(network -> network.link().isEmpty() && !network.reason().isEmpty())
                .findFirst();
        if (unusable.isPresent()) {
            return unusable.get().reason();
        }
        return form.member() < 0
                ? "no member that was found calls itself " + form.label()
                : "no address follows from the member's id, for the network, as it is known here, has neither RFC 4193 nor"
                        + " 6PLANE addresses: turn them on at its controller (if that was just done, ask again), or put the member"
                        + " into ztnio.hosts";
    }

    /** Pushed DNS. */
    private Optional<List<InetAddress>> ask(String host, HostName name, Families families) throws UnknownHostException {
        PushedDomains domains = PushedDomains.of(pushing());
        if (domains.of(name).isEmpty() && isSomethingUnknown()) {
            // It may be the name of a network that has not said so yet.
            awaitNetworks(host);
            domains = PushedDomains.of(pushing());
        }
        Optional<Domain> owner = domains.of(name);
        if (owner.isPresent()) {
            checkMayWait(host);
            List<InetAddress> found = dns.addresses(host, name.text(), owner.get(), families);
            if (found.isEmpty()) {
                throw new UnknownHostException(host + ": the DNS of the virtual network does not know it");
            }
            return Optional.of(found);
        }
        return name.isBare() && mayWait() && !isThisHost(name)
                ? search(host, name, domains, families)
                : Optional.empty();
    }

    /** The first domain that has the name counts; what none has is the JDK's. */
    private Optional<List<InetAddress>> search(String host, HostName name, PushedDomains domains, Families families)
            throws UnknownHostException {
        for (Domain domain : domains.search()) {
            if (domain.network().standing() == Standing.USABLE) {
                List<InetAddress> found = dns.addresses(host, name.text() + "." + domain.name(), domain, families);
                if (!found.isEmpty()) {
                    return Optional.of(found);
                }
            }
        }
        return Optional.empty();
    }

    private boolean isThisHost(HostName name) {
        String own = localHostName.get().toLowerCase(Locale.ROOT);
        return own.equals(name.text()) || own.startsWith(name.text() + ".");
    }

    private Optional<String> find(InetAddress address) throws UnknownHostException {
        Optional<String> listed = hosts.flatMap(file -> file.table().nameOf(address));
        if (listed.isPresent()) {
            return listed;
        }
        List<NamedNetwork> known = networks.names().networks();
        Optional<Domain> owner = PushedDomains.of(pushing()).search().stream()
                .filter(domain -> domain.network().covers(address))
                .findFirst();
        if (owner.isPresent() && networks.decide(address).verdict() != Verdict.HOST) {
            return Optional.of(reverse(address, owner.get(), known));
        }
        return MemberNames.nameOf(address, known);
    }

    private String reverse(InetAddress address, Domain owner, List<NamedNetwork> known) throws UnknownHostException {
        checkMayWait(address.getHostAddress());
        Optional<String> member = MemberNames.nameOf(address, known);
        try {
            Optional<String> told = dns.name(address, owner);
            if (told.isPresent()) {
                return told.get();
            }
        } catch (UnknownHostException e) {
            if (member.isEmpty()) {
                throw e;
            }
        }
        return member.orElseThrow(() -> new UnknownHostException(
                address.getHostAddress() + ": the DNS of the virtual network has no name for it"));
    }

    private boolean isSomethingUnknown() {
        return networks.names().networks().stream()
                .anyMatch(network -> network.link().isEmpty() && network.standing() == Standing.WAITING);
    }

    private static boolean mayWait() {
        return INSIDE.get() == null && !Thread.currentThread().getName().startsWith(OWN_THREADS);
    }

    private static void checkMayWait(String host) throws UnknownHostException {
        if (!mayWait()) {
            throw new UnknownHostException(host + ": a thread of the virtual network's own cannot wait for its DNS");
        }
    }

    /** Until every network is known, or {@code ztnio.join.timeout} is over. Starts the node. */
    private void awaitNetworks(String host) {
        if (!mayWait()) {
            return;
        }
        INSIDE.set(Boolean.TRUE);
        try {
            networks.awaitReady();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the networks are not known while " + host + " is looked up", e);
        } finally {
            INSIDE.remove();
        }
    }
}
