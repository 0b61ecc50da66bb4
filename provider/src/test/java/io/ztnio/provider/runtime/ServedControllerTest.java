package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.network.NetworkStatus;
import io.ztnio.provider.service.NetworkReport;
import io.ztnio.provider.service.ServedNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A controller that is run by HTTP alone, as front-ends do. */
@Timeout(120)
class ServedControllerTest {
    private LoopbackPlanet planet;
    private String token;

    @BeforeEach
    void start() throws IOException {
        planet = LoopbackPlanet.start();
        planet.root().serve();
        token = planet.rootToken();
    }

    @AfterEach
    void stop() {
        planet.close();
    }

    private HttpResponse<String> call(String method, String path, String body)
            throws IOException, InterruptedException {
        int port = planet.root().localAddresses().get(0).getPort();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .header("X-ZT1-Auth", token)
                .method(method, BodyPublishers.ofString(body))
                .build();
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, BodyHandlers.ofString());
    }

    private Map<String, Object> object(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = call(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.std.mapFrom(answer.body());
    }

    @Test
    void aNetworkIsMadeAMemberLetInAndPutOutAgainByTheApi() throws Exception {
        String controller = Address.format(planet.root().address());
        Map<String, Object> made = object("POST", "/controller/network/" + controller + "______", """
                {"name":"made","private":true,"v4AssignMode":{"zt":true},
                 "routes":[{"target":"10.71.99.0/24","via":null}],
                 "ipAssignmentPools":[{"ipRangeStart":"10.71.99.1","ipRangeEnd":"10.71.99.9"}]}""");
        String network = (String) made.get("id");
        assertThat(network).startsWith(controller);
        LoopbackPlanet.Member member = planet.join();
        ServedNode node = member.networks().control();

        node.join(NetworkId.parse(network));
        String path = "/controller/network/" + network + "/member/"
                + Address.format(member.networks().address());
        awaitStatus(node, network, NetworkStatus.ACCESS_DENIED);
        assertThat(object("POST", path, "{\"authorized\":true}")).containsEntry("authorized", true);
        assertThat(member.networks().awaitUsable(NetworkId.parse(network), 60, TimeUnit.SECONDS))
                .isTrue();
        assertThat(object("GET", path, "").get("ipAssignments").toString()).startsWith("[10.71.99.");

        object("POST", path, "{\"authorized\":false}");

        awaitStatus(node, network, NetworkStatus.ACCESS_DENIED);
        assertThat(call("GET", "/unstable/controller/network", "").body()).contains(network);
    }

    /** The other one answers when it is asked whether it has the address; a log may write to a socket of the node's. */
    @Test
    void aMemberThatIsGivenAnotherOnesAddressWarnsOutsideOfTheGate() throws Exception {
        LoopbackPlanet.Member first = planet.join();
        LoopbackPlanet.Member second = planet.join();
        String taken = first.ipv4().getHostAddress();
        BlockingQueue<Boolean> entered = new LinkedBlockingQueue<>();
        Handler writing = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                if (entry.getMessage().contains("has address " + taken)) {
                    entered.add(canEnter(first) && canEnter(second));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.ztnio.engine");
        logger.addHandler(writing);
        try {
            object(
                    "POST",
                    "/controller/network/" + planet.network() + "/member/"
                            + Address.format(second.networks().address()),
                    "{\"ipAssignments\":[\"" + taken + "\"]}");

            assertThat(entered.poll(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            logger.removeHandler(writing);
        }
    }

    private static boolean canEnter(LoopbackPlanet.Member member) {
        Thread entering = new Thread(() -> member.networks().status());
        entering.start();
        try {
            entering.join(10_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return !entering.isAlive();
    }

    private static void awaitStatus(ServedNode node, String network, NetworkStatus wanted) {
        long id = NetworkId.parse(network);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() - deadline < 0) {
            Optional<NetworkStatus> status = node.report().networks().stream()
                    .filter(report -> report.id() == id)
                    .map(NetworkReport::status)
                    .findFirst();
            if (status.filter(wanted::equals).isPresent()) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new AssertionError(network + " did not become " + wanted);
    }
}
