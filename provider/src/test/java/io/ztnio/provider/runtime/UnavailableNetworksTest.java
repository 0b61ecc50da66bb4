package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.routing.RoutingDecision;
import io.ztnio.provider.routing.Verdict;
import java.lang.System.Logger.Level;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Networks that cannot be had, each for a reason of its own: what is theirs fails and says what to do, the rest works, and
 * with the cause gone the next operation works. What is sent to an address of the networks is sent after it was decided to be virtual.
 */
@SuppressWarnings("try") // closing is what is tested
@Timeout(120)
@Tag("any-jdk")
class UnavailableNetworksTest {
    /** What the planet's network claims. */
    private static final InetAddress CLAIMED = ip("10.71.82.7");

    private static final InetAddress OTHER_PRIVATE = ip("192.168.200.1");
    private static final InetAddress PUBLIC = ip("8.8.8.8");

    private LoopbackPlanet planet;

    private static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void startPlanet() throws Exception {
        planet = LoopbackPlanet.start();
    }

    @AfterEach
    void stopPlanet() {
        planet.close();
    }

    /** As an operation that may wait. */
    private static RoutingDecision decided(VirtualNetworks networks, InetAddress address) throws Exception {
        return decided(networks, address, false);
    }

    private static RoutingDecision decided(VirtualNetworks networks, InetAddress address, boolean local)
            throws Exception {
        CompletableFuture<RoutingDecision> decision = new CompletableFuture<>();
        networks.whenDecided(address, local, decision::complete);
        return decision.get(60, TimeUnit.SECONDS);
    }

    private static void assertUnavailable(RoutingDecision decision, String... parts) {
        assertThat(decision.verdict()).as(decision.reason()).isEqualTo(Verdict.UNAVAILABLE);
        assertThat(decision.reason()).contains(parts);
    }

    private ZeroTierNetworks member(String home, String... settings) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return planet.networksIn(home, all);
    }

    /** A home whose node was a member once, so that what its network claims is known. */
    private void fillHome(String home) throws Exception {
        try (ZeroTierNetworks once = member(home)) {
            assertThat(once.awaitUsable(id(planet.network()), 30, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    private static long id(String network) {
        return Long.parseUnsignedLong(network, 16);
    }

    @Test
    void aNodeWhosePortIsTakenFailsUntilThePortIsFree() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                ZeroTierNetworks networks = member("a", "ztnio.port", "" + taken.getLocalPort())) {
            assertThat(networks.decide(PUBLIC)).isEqualTo(RoutingDecision.HOST);
            assertThat(networks.decide(CLAIMED).verdict()).isEqualTo(Verdict.PENDING);
            assertUnavailable(
                    decided(networks, CLAIMED), "cannot start", "127.0.0.1", "" + taken.getLocalPort(), "port");
            assertUnavailable(decided(networks, OTHER_PRIVATE), "cannot start", "ztnio.bypass", "ztnio.unavailable=os");
            assertUnavailable(decided(networks, OTHER_PRIVATE, true), "cannot start");
            assertThat(networks.decide(PUBLIC)).isEqualTo(RoutingDecision.HOST);
            assertThat(networks.decideLocal(PUBLIC)).isEqualTo(RoutingDecision.HOST);
            assertThatIOException().isThrownBy(networks::openListener).withMessageContaining("cannot start");
            assertThatIOException().isThrownBy(networks::openDatagram).withMessageContaining("cannot start");

            taken.close();

            assertThat(decided(networks, CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);
            assertThat(networks.decide(OTHER_PRIVATE)).isEqualTo(RoutingDecision.HOST);
        }
    }

    @Test
    void aHomeThatIsInUseKeepsWhatItsNetworkClaimsUntilItIsFree() throws Exception {
        fillHome("shared");
        ZeroTierNetworks first = member("shared");
        first.awaitReady();
        try (ZeroTierNetworks second = member("shared")) {
            assertUnavailable(decided(second, CLAIMED), "in use by another running node");
            // What the network claims is known from the last run: the rest is not its own.
            assertThat(decided(second, OTHER_PRIVATE)).isEqualTo(RoutingDecision.HOST);
            assertThatIOException().isThrownBy(second::openListener).withMessageContaining("in use by another");

            first.close();

            assertThat(decided(second, CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);
        } finally {
            first.close();
        }
    }

    @Test
    void aPlanetFileThatIsMissingOrGarbageFailsUntilItIsThere() throws Exception {
        Path file = planet.directory().resolve("another-planet");
        try (ZeroTierNetworks networks = member("a", "ztnio.planet", file.toString())) {
            assertUnavailable(decided(networks, CLAIMED), file.toString(), "planet make");

            Files.write(file, new byte[] {1, 2, 3});
            assertUnavailable(decided(networks, CLAIMED), file.toString(), "not a planet file");
            assertThat(networks.decide(PUBLIC)).isEqualTo(RoutingDecision.HOST);

            Files.delete(file);
            Files.copy(planet.directory().resolve("planet"), file);
            assertThat(decided(networks, CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);
        }
    }

    @Test
    void aMemberThatIsRefusedFailsAtOnceUntilItIsLetIn() throws Exception {
        String closed = planet.definePrivate();
        InetAddress claimed = ip("10.71.83.7");
        // So long that a test that waits for it fails.
        try (RecordedLog log = RecordedLog.of("io.ztnio");
                ZeroTierNetworks networks = member("a", "ztnio.networks", closed, "ztnio.join.timeout", "1h")) {
            assertUnavailable(decided(networks, claimed), closed, "not authorised: let " + hex(networks) + " in");
            assertUnavailable(networks.decide(OTHER_PRIVATE), "not authorised");
            assertThat(networks.decide(PUBLIC)).isEqualTo(RoutingDecision.HOST);
            log.await(Level.INFO, "node " + hex(networks), "runs");
            log.await(Level.INFO, "node " + hex(networks), "network " + closed, "waiting for");
            log.await(Level.INFO, "node " + hex(networks), "network " + closed, "not authorised: let " + hex(networks));

            networks.openListener().close();
            networks.openListener().close();
            log.await(Level.WARNING, closed, "not authorised", "as soon as");

            planet.letIn(networks, closed);

            assertThat(networks.decide(claimed)).isEqualTo(RoutingDecision.VIRTUAL);
            assertThat(networks.decide(OTHER_PRIVATE)).isEqualTo(RoutingDecision.HOST);
            String up = log.await(Level.INFO, "network " + closed, "OK, addresses 10.71.83.");
            assertThat(up).startsWith("node " + hex(networks));
            assertThat(log.messages(Level.WARNING))
                    .filteredOn(message -> message.contains(closed))
                    .hasSize(1);
        }
    }

    private static String hex(ZeroTierNetworks networks) throws Exception {
        return Address.format(networks.address());
    }

    @Test
    void aMemberThatIsShutOutKeepsWhatItHadToItself() throws Exception {
        String closed = planet.definePrivate();
        InetAddress claimed = ip("10.71.83.7");
        try (ZeroTierNetworks networks = member("a", "ztnio.networks", closed)) {
            planet.letIn(networks, closed);
            InetAddress own = LoopbackPlanet.firstAddress(networks);
            assertThat(networks.decideLocal(own)).isEqualTo(RoutingDecision.VIRTUAL);

            planet.root().controller().deauthorize(id(closed), networks.address());
            awaitStatus(networks, claimed, Verdict.UNAVAILABLE);

            assertUnavailable(networks.decide(claimed), "not authorised");
            assertUnavailable(networks.decideLocal(own), "not authorised");
            assertThat(networks.decide(OTHER_PRIVATE)).isEqualTo(RoutingDecision.HOST);

            planet.letIn(networks, closed);
            assertThat(networks.decide(claimed)).isEqualTo(RoutingDecision.VIRTUAL);
        }
    }

    @Test
    void aServerThatWaitsToBeLetInServesAsSoonAsItIs() throws Exception {
        String closed = planet.definePrivate();
        try (ZeroTierNetworks late = member("late", "ztnio.networks", closed);
                ZeroTierNetworks early = member("early", "ztnio.networks", closed);
                ServerSocketChannel listener = new ZeroTierSelectorProvider(late)
                        .openServerSocketChannel()
                        .bind(new InetSocketAddress(0));
                DatagramChannel datagrams =
                        new ZeroTierSelectorProvider(late).openDatagramChannel().bind(new InetSocketAddress(0))) {
            planet.letIn(early, closed);
            planet.letIn(late, closed);
            InetAddress server = LoopbackPlanet.firstAddress(late);
            assertThat(early.decide(server)).isEqualTo(RoutingDecision.VIRTUAL);
            try (SocketChannel client = new ZeroTierSelectorProvider(early).openSocketChannel();
                    DatagramChannel sender = new ZeroTierSelectorProvider(early).openDatagramChannel()) {
                client.connect(new InetSocketAddress(server, listener.socket().getLocalPort()));
                sender.send(
                        ByteBuffer.wrap(new byte[] {7}),
                        new InetSocketAddress(server, datagrams.socket().getLocalPort()));
                ByteBuffer received = ByteBuffer.allocate(2);

                assertThat(listener.accept().getRemoteAddress()).isEqualTo(client.getLocalAddress());
                assertThat(datagrams.receive(received)).isNotNull();
                assertThat(received.position()).isEqualTo(1);
            }
        }
    }

    @Test
    void aConnectionGoesOnWhenItsMemberIsLetInAgain() throws Exception {
        String closed = planet.definePrivate();
        try (ZeroTierNetworks a = member("a", "ztnio.networks", closed);
                ZeroTierNetworks b = member("b", "ztnio.networks", closed)) {
            planet.letIn(a, closed);
            planet.letIn(b, closed);
            try (ServerSocketChannel listener = new ZeroTierSelectorProvider(b)
                            .openServerSocketChannel()
                            .bind(new InetSocketAddress(LoopbackPlanet.firstAddress(b), 0));
                    SocketChannel client = new ZeroTierSelectorProvider(a).openSocketChannel()) {
                client.connect(listener.getLocalAddress());
                try (SocketChannel server = listener.accept()) {
                    planet.root().controller().deauthorize(id(closed), a.address());
                    awaitStatus(a, LoopbackPlanet.firstAddress(b), Verdict.UNAVAILABLE);
                    client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));

                    planet.letIn(a, closed);

                    ByteBuffer received = ByteBuffer.allocate(3);
                    while (received.hasRemaining() && server.read(received) >= 0) {
                        // Until all three are there.
                    }
                    assertThat(received.array()).containsExactly(1, 2, 3);
                }
            }
        }
    }

    /** The controller tells its members when it pleases; this asks until it has. */
    private static void awaitStatus(VirtualNetworks networks, InetAddress address, Verdict wanted) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (networks.decide(address).verdict() != wanted) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s is %s", address, networks.decide(address))
                    .isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aNetworkThatItsControllerDoesNotKnowFailsAtOnce() throws Exception {
        String unknown = planet.network().substring(0, 10) + "abcdef";
        try (ZeroTierNetworks networks = member("a", "ztnio.networks", unknown, "ztnio.join.timeout", "1h")) {
            assertUnavailable(decided(networks, CLAIMED), unknown, "does not know this network");
            assertThat(networks.decide(PUBLIC)).isEqualTo(RoutingDecision.HOST);
        }
    }

    @Test
    void withNobodyThereTheTimeIsWaitedOnceAndTheNetworkIsUsedWhenItComesBack() throws Exception {
        planet.stopRoot();
        try (ZeroTierNetworks networks = member("a", "ztnio.join.timeout", "500ms")) {
            assertThat(networks.decide(CLAIMED).verdict()).isEqualTo(Verdict.PENDING);
            assertUnavailable(decided(networks, CLAIMED), "network");
            networks.awaitReady();
            assertUnavailable(networks.decide(CLAIMED), planet.network(), "no root has answered", "ztnio.planet");
            // The time is over for everybody.
            assertUnavailable(networks.decide(OTHER_PRIVATE), "no root has answered");
            assertThat(networks.decide(PUBLIC)).isEqualTo(RoutingDecision.HOST);
            networks.openListener().close();

            planet.startRoot();

            assertThat(networks.awaitUsable(id(planet.network()), 90, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(networks.decide(CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);
            assertThat(networks.decide(OTHER_PRIVATE)).isEqualTo(RoutingDecision.HOST);
        }
    }

    @Test
    void withNobodyThereWhatIsCachedWorks() throws Exception {
        fillHome("a");
        planet.stopRoot();
        try (ZeroTierNetworks networks = member("a", "ztnio.join.timeout", "1h")) {
            assertThat(decided(networks, CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);
            assertThat(networks.decide(OTHER_PRIVATE)).isEqualTo(RoutingDecision.HOST);
        }
    }

    @Test
    void withNobodyThereBypassedAndOwnAddressesAreTheHostsAtOnce() {
        planet.stopRoot();
        InetAddress own = LocalEndpoints.hostRoutes().addresses().stream()
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst()
                .orElse(ip("127.0.0.9"));
        try (ZeroTierNetworks networks =
                member("a", "ztnio.join.timeout", "1h", "ztnio.bypass", "10.71.82.0/24,fd00::/8")) {
            for (InetAddress address : List.of(own, CLAIMED, ip("fd00::1"), ip("127.0.0.1"), ip("::1"))) {
                assertThat(networks.decide(address)).as("%s", address).isEqualTo(RoutingDecision.HOST);
                assertThat(networks.decideLocal(address)).as("%s", address).isEqualTo(RoutingDecision.HOST);
            }
            assertThat(networks.decide(OTHER_PRIVATE).verdict()).isEqualTo(Verdict.PENDING);
        }
    }

    /** A controller that never answers: the address of nobody. */
    @Test
    void oneNetworkThatNobodyAnswersForDoesNotStallAnother() throws Exception {
        String silent = "0123456789000001";
        try (ZeroTierNetworks networks =
                member("a", "ztnio.networks", silent + "," + planet.network(), "ztnio.join.timeout", "1h")) {
            assertThat(decided(networks, CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);
            assertThat(networks.decide(OTHER_PRIVATE).verdict()).isEqualTo(Verdict.PENDING);
            assertThat(networks.decide(OTHER_PRIVATE).reason()).contains(silent);
            assertThat(networks.decide(PUBLIC)).isEqualTo(RoutingDecision.HOST);
        }
    }

    @Test
    void onceTheOtherNetworkIsRefusedWhatNobodyClaimsFailsAtOnce() throws Exception {
        String closed = planet.definePrivate();
        try (ZeroTierNetworks networks =
                member("a", "ztnio.networks", closed + "," + planet.network(), "ztnio.join.timeout", "1h")) {
            assertUnavailable(decided(networks, OTHER_PRIVATE), closed, "not authorised");
            assertThat(decided(networks, CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);
        }
    }

    @Test
    void whatAControllerTakesAwayIsNotLeftToTheHost() throws Exception {
        try (ZeroTierNetworks networks = member("a")) {
            assertThat(decided(networks, CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);

            planet.root()
                    .controller()
                    .define(NetworkDefinition.builder(id(planet.network()))
                            .isPrivate(false)
                            .rfc4193(true)
                            .routes(List.of(new Route(new InetPrefix(ip("10.71.90.0"), 24))))
                            .pools(List.of(new AddressPool(ip("10.71.90.1"), ip("10.71.90.254"))))
                            .build());
            awaitStatus(networks, CLAIMED, Verdict.UNAVAILABLE);

            assertUnavailable(networks.decide(CLAIMED), planet.network(), "10.71.82.0/24", "ztnio.bypass");
            assertThat(networks.decide(ip("10.71.90.7")).verdict()).isIn(Verdict.VIRTUAL, Verdict.UNAVAILABLE);
            assertThat(networks.decide(OTHER_PRIVATE)).isEqualTo(RoutingDecision.HOST);
        }
    }

    @Test
    void withOsWhatCannotBeHadGoesToTheHostAfterAWarningAndComesBack() throws Exception {
        try (RecordedLog log = RecordedLog.of("io.ztnio");
                DatagramSocket taken = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                ZeroTierNetworks networks =
                        member("a", "ztnio.port", "" + taken.getLocalPort(), "ztnio.unavailable", "os")) {
            assertThat(decided(networks, CLAIMED)).isEqualTo(RoutingDecision.HOST);
            assertThat(networks.decide(CLAIMED)).isEqualTo(RoutingDecision.HOST);
            assertThat(networks.decide(OTHER_PRIVATE)).isEqualTo(RoutingDecision.HOST);
            log.await(Level.WARNING, "cannot start", "ztnio.unavailable=os");

            taken.close();
            networks.openListener().close();

            assertThat(decided(networks, CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);
        }
    }

    @Test
    void afterTheEndNothingOfTheNetworksIsLeftToTheHost() throws Exception {
        ZeroTierNetworks networks = member("a");
        networks.awaitReady();
        assertThat(networks.decide(CLAIMED)).isEqualTo(RoutingDecision.VIRTUAL);

        networks.close();

        assertUnavailable(networks.decide(CLAIMED), "closed");
        assertThat(networks.decide(OTHER_PRIVATE)).isEqualTo(RoutingDecision.HOST);
        assertThatIOException().isThrownBy(networks::openStream).withMessageContaining("closed");
    }
}
