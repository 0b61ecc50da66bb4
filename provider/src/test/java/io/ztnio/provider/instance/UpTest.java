package io.ztnio.provider.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.store.MemoryStateStore;
import io.ztnio.protocol.store.StateStore;
import io.ztnio.provider.ZeroTier;
import io.ztnio.provider.ZeroTierBuilder;
import io.ztnio.provider.ZeroTierEvent;
import io.ztnio.provider.ZeroTierException;
import io.ztnio.provider.ZeroTierException.Reason;
import io.ztnio.provider.ZeroTierNetwork;
import io.ztnio.provider.ZeroTierNetwork.State;
import io.ztnio.provider.ZeroTierStatus;
import io.ztnio.provider.config.ConfigKey;
import io.ztnio.provider.runtime.LoopbackPlanet;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each reason for which an instance does not come up, from what really is in its way. */
@Timeout(120)
@Tag("any-jdk")
class UpTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofSeconds(2);

    private LoopbackPlanet planet;

    @TempDir
    private Path directory;

    @BeforeEach
    void startPlanet() throws IOException {
        planet = LoopbackPlanet.start();
    }

    @AfterEach
    void stopPlanet() {
        planet.close();
    }

    /** A member of the planet with a home that has an identity; the key's values beat the planet's. */
    private ZeroTierBuilder member(String... settings) {
        return memberIn("a", settings);
    }

    private ZeroTierBuilder memberIn(String home, String... settings) {
        ZeroTierBuilder builder = ZeroTier.builder();
        planet.settings(home).forEach(builder::set);
        for (int i = 0; i < settings.length; i += 2) {
            builder.set(settings[i], settings[i + 1]);
        }
        return builder;
    }

    private static ZeroTierException failure(ZeroTier instance, Duration timeout) {
        ZeroTierException failure = catchThrowableOfType(ZeroTierException.class, () -> instance.up(timeout));
        assertThat(failure).as("why it is not up").isNotNull();
        return failure;
    }

    private static void assertFails(ZeroTierBuilder settings, Duration timeout, Reason reason, String... parts) {
        try (ZeroTier instance = settings.build()) {
            ZeroTierException failure = failure(instance, timeout);
            assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
            assertThat(failure).hasMessageContainingAll(parts);
        }
    }

    @Test
    void anInstanceThatIsUpHasAddressesAndIsOnline() throws Exception {
        try (ZeroTier instance = member().build()) {
            assertThat(instance.status().running()).isFalse();

            ZeroTierStatus status = instance.up(LONG);

            assertThat(status.online()).isTrue();
            assertThat(status.address()).matches("[0-9a-f]{10}");
            assertThat(status.networks()).singleElement().satisfies(network -> {
                assertThat(network.id()).isEqualTo(planet.network());
                assertThat(network.state()).isEqualTo(State.OK);
                assertThat(network.explanation()).isEmpty();
                assertThat(network.addresses()).hasSize(2);
                assertThat(network.linkLocal().orElseThrow().isLinkLocalAddress())
                        .isTrue();
                assertThat(network.dns()).isEqualTo(ZeroTierNetwork.Dns.NONE);
                assertThat(network.login()).isEmpty();
                List<InetAddress> all = new ArrayList<>(network.addresses());
                all.add(network.linkLocal().orElseThrow());
                assertThat(status.addresses()).isEqualTo(all);
            });
            assertThat(instance.addresses()).isEqualTo(status.addresses());
        }
    }

    @Test
    void notAuthorisedIsToldWithTheAddressToAuthoriseAndWaitedFor() throws Exception {
        String closed = planet.definePrivate();
        try (ZeroTier instance = member("networks", closed).build()) {
            ZeroTierException failure = failure(instance, SOON);
            String address = failure.address().orElseThrow();
            assertThat(failure.reason()).isEqualTo(Reason.NOT_AUTHORISED);
            assertThat(failure).hasMessageContaining(address);

            CompletableFuture<String> asked = new CompletableFuture<>();
            instance.addListener(event -> {
                if (event instanceof ZeroTierEvent.NetworkChanged changed
                        && changed.network().state() == State.OK) {
                    asked.complete(changed.network().id());
                }
            });
            planet.root().controller().authorize(NetworkId.parse(closed), Address.parse(address));

            assertThat(instance.up(Duration.ofSeconds(90)).addresses()).isNotEmpty();
            assertThat(asked.get(60, TimeUnit.SECONDS)).isEqualTo(closed);
        }
    }

    @Test
    void aNetworkThatItsControllerDoesNotKnowIsNotWaitedFor() {
        assertFails(
                member("networks", planet.network().substring(0, 10) + "abcdef"),
                LONG,
                Reason.NETWORK_NOT_FOUND,
                "does not know this network");
    }

    @Test
    void withoutAnAddressAnInstanceIsNotUp() throws Exception {
        long id = NetworkId.parse(planet.network()) + 2;
        planet.root()
                .controller()
                .define(NetworkDefinition.builder(id)
                        .isPrivate(false)
                        .routes(List.of(new Route(new InetPrefix(InetAddress.getByName("10.71.84.0"), 24))))
                        .build());
        assertFails(member("networks", NetworkId.format(id)), SOON, Reason.NO_ADDRESS, "without an address");
    }

    @Test
    void withNobodyThereNoRootIsReachable() {
        planet.stopRoot();
        assertFails(member(), SOON, Reason.NO_ROOT_REACHABLE, "no root has answered");
    }

    @Test
    void whatIsCachedDoesNotHideThatNoRootAnswers() throws Exception {
        try (ZeroTier once = member().build()) {
            once.up(LONG);
        }
        planet.stopRoot();
        assertFails(member(), SOON, Reason.NO_ROOT_REACHABLE, "no root has answered");
    }

    @Test
    void rootsThatMayNotBeReachedAreNotWaitedFor() {
        assertFails(member("loopback", "false"), LONG, Reason.NO_ROOT_REACHABLE, "ztnio.loopback");
    }

    @Test
    void aControllerThatDoesNotAnswerIsNoRootThatDoesNot() {
        assertFails(member("networks", "0123456789000001"), SOON, Reason.CONTROLLER_SILENT, "0123456789");
    }

    @Test
    void aPortInUseIsNotWaitedFor() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertFails(member("port", "" + taken.getLocalPort()), LONG, Reason.PORT_IN_USE, "ztnio.port");
        }
    }

    /** The address belongs to nobody (RFC 5737), and nothing is sent. */
    @Test
    void anAddressThatCannotBeBoundIsNotWaitedFor() {
        assertFails(member("bind", "192.0.2.77"), LONG, Reason.CANNOT_BIND, "192.0.2.77");
    }

    @Test
    void aDamagedIdentityIsNotWaitedForAndLeftAsItIs() throws Exception {
        Path secret = Path.of(planet.settings("a").get("ztnio.home")).resolve("identity.secret");
        Files.writeString(secret, "nonsense");

        assertFails(member(), LONG, Reason.DAMAGED_IDENTITY, "identity.secret");
        assertThat(secret).hasContent("nonsense");
        assertFails(member().identity("nonsense"), LONG, Reason.DAMAGED_IDENTITY, "identity.secret");
    }

    @Test
    void aHomeIsOneInstancesUntilThatIsClosed() throws Exception {
        try (ZeroTier first = member().build()) {
            first.up(LONG);
            assertFails(member(), LONG, Reason.HOME_IN_USE, "ztnio.home");
        }
        try (ZeroTier second = member().build()) {
            assertThat(second.up(LONG).online()).isTrue();
        }
    }

    @Test
    void aHomeThatIsNoDirectoryCannotBeUsed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertFails(member().home(file), LONG, Reason.HOME_UNUSABLE, file.toString());
    }

    @Test
    void aPlanetThatIsNotThereOrIsNoneIsNotWaitedFor() throws Exception {
        Path missing = directory.resolve("planet");
        assertFails(member().planet(missing), LONG, Reason.PLANET_UNREADABLE, missing.toString());
        Path text = Files.writeString(directory.resolve("text"), "earth");
        assertFails(member().planet(text), LONG, Reason.PLANET_UNREADABLE, text.toString());
        MemoryStateStore store = new MemoryStateStore();
        store.put("planet", new byte[] {1, 2, 3});
        assertFails(
                ZeroTier.builder().network(planet.network()).store(store), LONG, Reason.PLANET_UNREADABLE, "planet");
    }

    /** The tests' process forbids the public planet, and an instance cannot allow it to itself. */
    @Test
    void thePublicPlanetIsRefusedWhereTheProcessForbidsIt() {
        assertFails(
                ZeroTier.builder().network(planet.network()).newIdentity().set("ztnio.public.planet", "allow"),
                LONG,
                Reason.PLANET_REFUSED,
                "ztnio.public.planet=forbid");
    }

    @Test
    void aStartThatTakesLongerThanTheTimeIsATimeout() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        StateStore slow = new SlowStore(released);
        try (ZeroTier instance = ZeroTier.builder()
                .network(planet.network())
                .planet(Path.of(planet.settings("a").get("ztnio.planet")))
                .store(slow)
                .set("loopback", "true")
                .set("bind", "127.0.0.1")
                .build()) {
            assertThat(failure(instance, Duration.ofMillis(50)).reason()).isEqualTo(Reason.TIMEOUT);

            released.countDown();

            assertThat(instance.up(LONG).online()).isTrue();
        } finally {
            released.countDown();
        }
    }

    @Test
    void whoWaitsIsToldOfTheClose() throws Exception {
        planet.stopRoot();
        ZeroTier instance = member().build();
        CountDownLatch started = new CountDownLatch(1);
        instance.addListener(event -> started.countDown());
        CompletableFuture<Reason> reason =
                CompletableFuture.supplyAsync(() -> failure(instance, LONG).reason());
        started.await();

        instance.close();

        assertThat(reason.get(60, TimeUnit.SECONDS)).isEqualTo(Reason.CLOSED);
        assertThat(failure(instance, LONG).reason()).isEqualTo(Reason.CLOSED);
    }

    /** What a real instance of ours does not meet: a controller of ours asks for no login, and has no bugs. */
    @Test
    void aLoginAndWhatNobodyExpectsEndTheWaiting() {
        FakeInstance login = new FakeInstance(State.LOGIN_REQUIRED, Optional.empty());
        FakeInstance broken = new FakeInstance(State.WAITING, Optional.of(new IOException("no idea")));

        assertThat(catchThrowableOfType(ZeroTierException.class, () -> new Startup(login).await(LONG))
                        .reason())
                .isEqualTo(Reason.LOGIN_REQUIRED);
        assertThat(catchThrowableOfType(ZeroTierException.class, () -> new Startup(broken).await(LONG)))
                .hasMessage("no idea")
                .extracting(ZeroTierException::reason)
                .isEqualTo(Reason.OTHER);
    }

    /** Holds its first reader up. */
    private record SlowStore(MemoryStateStore values, CountDownLatch released) implements StateStore {
        SlowStore(CountDownLatch released) {
            this(new MemoryStateStore(), released);
        }

        @Override
        public Optional<byte[]> get(String key) throws IOException {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return values.get(key);
        }

        @Override
        public void put(String key, byte[] value) {
            values.put(key, value);
        }

        @Override
        public void delete(String key) {
            values.delete(key);
        }

        @Override
        public List<String> list(String folder) {
            return values.list(folder);
        }
    }

    /** Keys are those of the documentation. */
    @Test
    void everyDocumentedKeyCanBeSet() throws Exception {
        Path hosts = Files.writeString(directory.resolve("hosts"), "10.1.2.3 three\n");
        Map<String, String> values = Map.ofEntries(
                Map.entry(
                        "ztnio.config",
                        Files.writeString(directory.resolve("more"), "").toString()),
                Map.entry("ztnio.networks", planet.network()),
                Map.entry("ztnio.home", directory.resolve("home").toString()),
                Map.entry("ztnio.bind", "127.0.0.1"),
                Map.entry("ztnio.planet", planet.settings("a").get("ztnio.planet")),
                Map.entry("ztnio.hosts", hosts.toString()),
                Map.entry("ztnio.routes", "10.1.0.0/16"),
                Map.entry("ztnio.bypass", "10.2.0.0/16"),
                Map.entry("ztnio.status.file", directory.resolve("status").toString()),
                Map.entry("ztnio.overlay.key", "a phrase of some length"));
        ZeroTierBuilder builder = ZeroTier.builder();
        for (ConfigKey key : ConfigKey.values()) {
            String value = values.getOrDefault(key.key(), key.defaultValue());
            if (!value.isEmpty()) {
                builder.set(key.key(), value);
            }
        }
        builder.build().close();
    }
}
