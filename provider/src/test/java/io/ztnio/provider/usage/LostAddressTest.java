package io.ztnio.provider.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.config.Route;
import io.ztnio.protocol.controller.AddressPool;
import io.ztnio.protocol.controller.NetworkDefinition;
import io.ztnio.protocol.identity.Address;
import io.ztnio.provider.contract.Background;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.provider.runtime.LoopbackPlanet;
import io.ztnio.provider.runtime.LoopbackPlanet.Member;
import io.ztnio.provider.runtime.ZeroTierNetworks;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A controller that takes an address away, or shuts its member out, while every kind of operation waits. */
@Timeout(120)
@Tag("any-jdk")
@SuppressWarnings("try") // closing is what is tested
class LostAddressTest {
    private static final int MORE_THAN_FITS = 32 << 20;
    private static final Map<String, String> ENDS_AT_ONCE = Map.of("ztnio.exit.timeout", "0ms");

    private LoopbackPlanet planet;

    @BeforeEach
    void startPlanet() throws IOException {
        planet = LoopbackPlanet.start();
    }

    @AfterEach
    void stopPlanet() {
        planet.close();
    }

    private static InetSocketAddress any() {
        return new InetSocketAddress(0);
    }

    /** The network of the first address of members becomes another one. */
    private void move() throws IOException {
        planet.root()
                .controller()
                .define(NetworkDefinition.builder(NetworkId.parse(planet.network()))
                        .isPrivate(false)
                        .rfc4193(true)
                        .routes(List.of(new Route(new InetPrefix(InetAddress.getByName("10.71.90.0"), 24))))
                        .pools(List.of(new AddressPool(
                                InetAddress.getByName("10.71.90.1"), InetAddress.getByName("10.71.90.254"))))
                        .build());
    }

    /** Members are told when it pleases the controller; this asks until they are. */
    private static void await(ZeroTierNetworks networks, InetAddress address, Verdict wanted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (networks.decide(address).verdict() != wanted) {
            assertThat(System.nanoTime() - deadline)
                    .as("%s is %s", address, networks.decide(address))
                    .isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void assertGone(Background<?> waiting) throws InterruptedException {
        assertThat(waiting.failure())
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("Network is unreachable", "was taken away", "connect again");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsConnectedIsToldAtOnceAndWhatListensGoesOn(Usage usage) throws Exception {
        Member a = planet.join(ENDS_AT_ONCE);
        Member b = planet.join(ENDS_AT_ONCE);
        InetAddress lost = a.ipv4();
        try (ListenerSocket far = usage.listen(b.networks(), any());
                ListenerSocket near = usage.listen(a.networks(), any())) {
            InetSocketAddress there =
                    new InetSocketAddress(b.ipv4(), far.address().getPort());
            try (StreamSocket reading = usage.connect(a.networks(), there);
                    StreamSocket readingPeer = far.accept();
                    StreamSocket writing = usage.connect(a.networks(), there);
                    StreamSocket writingPeer = far.accept()) {
                Background<?> read = Background.start(() -> reading.read(ByteBuffer.allocate(8)));
                Background<?> peerRead = Background.start(() -> readingPeer.read(ByteBuffer.allocate(8)));
                Background<?> write = Background.start(() -> {
                    writing.write(ByteBuffer.allocate(MORE_THAN_FITS));
                    return "written";
                });
                Background<StreamSocket> accept = Background.start(near::accept);
                for (Background<?> each : List.of(read, peerRead, write, accept)) {
                    each.awaitBlocked();
                }

                move();
                await(a.networks(), there.getAddress(), Verdict.UNAVAILABLE);

                assertGone(read);
                assertGone(peerRead);
                assertGone(write);
                assertThat(reading.read(ByteBuffer.allocate(8))).isEqualTo(-1);
                assertNothingNew(usage, a, lost, there);
                awaitNewAddress(a);
                awaitNewAddress(b);
                InetSocketAddress here =
                        new InetSocketAddress(a.ipv4(), near.address().getPort());
                await(b.networks(), here.getAddress(), Verdict.VIRTUAL);
                try (StreamSocket client = usage.connect(b.networks(), here);
                        StreamSocket accepted = accept.get()) {
                    client.write(ByteBuffer.wrap(new byte[] {1, 2}));
                    assertThat(accepted.read(ByteBuffer.allocate(2))).isPositive();
                }
                writingPeer.close();
            }
        }
    }

    private static void awaitNewAddress(Member member) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
        while (!member.ipv4().getHostAddress().startsWith("10.71.90.")) {
            assertThat(System.nanoTime() - deadline).as("%s", member.ipv4()).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void assertNothingNew(Usage usage, Member a, InetAddress lost, InetSocketAddress there) throws IOException {
        String[] reason = {planet.network(), "10.71.82.0/24", "its controller changed it", "ztnio.bypass"};
        assertThatThrownBy(() -> usage.connect(a.networks(), there))
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessageContainingAll(reason);
        assertThatThrownBy(() -> usage.listen(a.networks(), new InetSocketAddress(lost, 0)))
                .isInstanceOf(BindException.class)
                .hasMessageContainingAll(reason);
        if (usage.hasDatagrams()) {
            try (MessageSocket socket = usage.datagrams(a.networks(), any())) {
                assertThatThrownBy(() -> socket.send(new byte[1], there))
                        .isInstanceOf(NoRouteToHostException.class)
                        .hasMessageContainingAll(reason);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsShutOutKeepsItsConnectionsAndIsToldOtherwiseWhatToDo(Usage usage) throws Exception {
        String closed = planet.definePrivate();
        Map<String, String> settings = Map.of("ztnio.networks", closed, "ztnio.exit.timeout", "0ms");
        try (ZeroTierNetworks a = planet.networksIn("a", settings);
                ZeroTierNetworks b = planet.networksIn("b", settings)) {
            planet.letIn(a, closed);
            planet.letIn(b, closed);
            try (ListenerSocket far = usage.listen(b, new InetSocketAddress(LoopbackPlanet.firstAddress(b), 0));
                    StreamSocket client = usage.connect(a, far.address());
                    StreamSocket server = far.accept()) {
                ByteBuffer received = ByteBuffer.allocate(8);
                Background<Integer> read =
                        Background.start(() -> client.read(received)).awaitBlocked();
                planet.root().controller().deauthorize(NetworkId.parse(closed), a.address());
                await(a, LoopbackPlanet.firstAddress(b), Verdict.UNAVAILABLE);

                String letIn = "not authorised: let " + Address.format(a.address()) + " in at the controller";
                assertThatThrownBy(() -> usage.connect(a, far.address()))
                        .isInstanceOf(NoRouteToHostException.class)
                        .hasMessageContainingAll(closed, letIn);
                server.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                client.write(ByteBuffer.wrap(new byte[] {4}));
                planet.letIn(a, closed);

                assertThat(read.get()).isPositive();
                assertThat(received.get(0)).isEqualTo((byte) 1);
                assertThat(server.read(ByteBuffer.allocate(8))).isEqualTo(1);
            }
        }
    }
}
