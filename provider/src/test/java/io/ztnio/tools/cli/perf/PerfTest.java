package io.ztnio.tools.cli.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.tools.cli.CommandRun;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On the loopback interface with the JDK's own channels; byte limits end the streams, not the clock. */
@Tag("any-jdk")
class PerfTest {
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private PerfServer server;
    private Thread thread;

    @BeforeEach
    void startServer() throws IOException {
        server = new PerfServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                line -> logged.add(line.replaceFirst("^\\S+ ", "")));
        thread = new Thread(() -> {
            try {
                server.run(0);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
    }

    @AfterEach
    void stopServer() throws IOException, InterruptedException {
        server.close();
        thread.join();
    }

    private Map<String, Object> client(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("perf", "client", "127.0.0.1", "-j", "-t", "60"));
        arguments.add("-p");
        arguments.add(Integer.toString(server.localAddress().getPort()));
        arguments.addAll(List.of(options));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        return JSON.std.mapFrom(run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream", "stream_reverse"})
    void streamsDeliverEveryByteBothWays(String kind) throws IOException {
        Map<String, Object> result =
                kind.equals("stream") ? client("-n", "3M", "-P", "2") : client("-n", "3M", "-P", "2", "-R");

        assertThat(result).containsEntry("kind", kind).containsEntry("bytes", 6_000_000);
        assertThat((List<?>) result.get("streams")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"datagram", "datagram_reverse"})
    void datagramsAreCountedBothWays(String kind) throws IOException {
        Map<String, Object> result = kind.equals("datagram")
                ? client("-u", "-n", "60K", "-l", "600")
                : client("-u", "-n", "60K", "-l", "600", "-R");

        assertThat(result).containsEntry("kind", kind).containsEntry("sent", 100);
        int datagrams = ((Number) result.get("datagrams")).intValue();
        int lost = ((Number) result.get("lost")).intValue();
        assertThat(datagrams).isPositive();
        assertThat(datagrams + lost).isEqualTo(100);
        assertThat(result).containsKeys("lostPercent", "reordered", "jitterMicros");
    }

    @Test
    void roundTripsHaveLatencies() throws IOException {
        Map<String, Object> result = client("--rr", "-n", "6400");

        assertThat(result).containsEntry("kind", "stream_round_trip").containsEntry("roundTrips", 100);
        assertThat(((Map<?, ?>) result.get("latencyMicros")).keySet()).hasToString("[min, p50, p90, p99, p99.9, max]");
    }

    @Test
    void datagramRoundTripsHaveLatencies() throws IOException {
        Map<String, Object> result = client("--rr", "-u", "-n", "6400");

        int roundTrips = ((Number) result.get("roundTrips")).intValue();
        int lost = ((Number) result.get("lost")).intValue();
        assertThat(roundTrips + lost).isEqualTo(100);
    }

    @Test
    void connectsHaveLatencies() throws IOException {
        Map<String, Object> result = client("--connect", "-n", "50", "-P", "2");

        assertThat(result).containsEntry("kind", "connect").containsEntry("connects", 100);
        assertThat(((Number) result.get("perSecond")).doubleValue()).isPositive();
        assertThat(((Map<?, ?>) result.get("latencyMicros")).keySet()).hasToString("[min, p50, p90, p99, p99.9, max]");
        assertThat(result).doesNotContainKey("lost");
    }

    @Test
    void connectsEndAfterTheirTimeAndLeaveTheServerInPeace() throws IOException {
        String port = "" + server.localAddress().getPort();
        CommandRun run = CommandRun.of("perf", "client", "127.0.0.1", "-p", port, "--connect", "-t", "0.1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines())
                .singleElement()
                .asString()
                .contains(" connects, ")
                .contains("p99")
                .doesNotContain("lost");
        assertThat(logged).containsExactly("CONNECT");
    }

    @Test
    @Timeout(60)
    void aClientThatIsGoneEndsTheAnswersToItsConnects() throws IOException {
        InetSocketAddress answers;
        try (SocketChannel control = SocketChannel.open(server.localAddress())) {
            PerfRequest request =
                    new PerfRequest(PerfRequest.Kind.CONNECT, 1, Duration.ZERO, Duration.ofSeconds(1), 1, 0, 0);
            request.send(control);
            int port = Streams.readFully(control, Integer.BYTES).getInt();
            answers = new InetSocketAddress(server.localAddress().getAddress(), port);
            SocketChannel.open(answers).close();
        }

        assertThatThrownBy(() -> {
                    while (true) {
                        SocketChannel.open(answers).close();
                    }
                })
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void whatIsWarmUpIsSaid() throws IOException {
        String port = "" + server.localAddress().getPort();
        CommandRun run =
                CommandRun.of("perf", "client", "127.0.0.1", "-p", port, "-t", "0.3", "--warmup", "0.3", "-i", "0.1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines().get(0)).isEqualTo("warm-up: the first 0.3 s are not measured");
        assertThat(run.outLines().get(1)).endsWith("(warm-up)");
        assertThat(run.outLines().get(run.outLines().size() - 1))
                .startsWith("total")
                .doesNotContain("warm-up");
    }

    @Test
    void anIntervalThatBeginsInTheWarmUpIsMarked() throws IOException {
        String port = "" + server.localAddress().getPort();
        CommandRun run =
                CommandRun.of("perf", "client", "127.0.0.1", "-p", port, "-t", "0.3", "--warmup", "0.3", "-i", "0.1");

        List<String> lines = run.outLines();
        for (String line : lines.subList(1, lines.size() - 1)) {
            // Printed to a tenth, so nothing is said of what begins about when the warm-up ends.
            double from = Double.parseDouble(line.strip().split("-", 2)[0]);
            if (from < 0.25) {
                assertThat(line).endsWith("(warm-up)");
            } else if (from > 0.35) {
                assertThat(line).doesNotContain("warm-up");
            }
        }
    }

    @Test
    void theTimeUntilThereIsAConnectionIsInNoInterval() throws Exception {
        PerfRequest request = new PerfRequest(
                PerfRequest.Kind.STREAM, 1000, Duration.ZERO, Duration.ofMillis(300), Long.MAX_VALUE, 1_000_000, 7);
        AtomicLong openedNanos = new AtomicLong();
        PerfClient.Opener late = address -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(400));
            openedNanos.set(System.nanoTime());
            return SocketChannel.open(address);
        };
        List<Double> ends = new ArrayList<>();

        new PerfClient(server.localAddress(), request, late).run(1, 20, (from, to, bytes) -> ends.add(to));

        double sinceOpened = (System.nanoTime() - openedNanos.get()) / 1e9;
        assertThat(ends).isNotEmpty().allSatisfy(to -> assertThat(to).isLessThanOrEqualTo(sinceOpened));
    }

    @Test
    void aShortTimeEndsAStreamToo() throws IOException {
        CommandRun run = CommandRun.of(
                "perf",
                "client",
                "127.0.0.1",
                "-p",
                "" + server.localAddress().getPort(),
                "-t",
                "0.2",
                "-b",
                "1M",
                "-l",
                "1000",
                "--warmup",
                "0.1",
                "-i",
                "0.05");

        assertThat(run.exitCode()).isZero();
        assertThat(run.outLines()).last().asString().startsWith("total").contains("Mbit/s");
        assertThat(run.outLines()).hasSizeGreaterThan(1);
    }

    @Test
    void aServerEndsAfterItsLastConnection() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<CommandRun> runs = new ArrayList<>();
        Thread once = new Thread(
                () -> runs.add(CommandRun.of("perf", "server", "-B", "127.0.0.1", "-p", "" + port, "-n", "1", "-j")));
        once.start();
        CommandRun client = CommandRun.of("perf", "client", "127.0.0.1", "-p", "" + port, "-n", "1K");
        while (client.exitCode() != 0 && once.isAlive()) {
            client = CommandRun.of("perf", "client", "127.0.0.1", "-p", "" + port, "-n", "1K");
        }
        once.join();

        assertThat(runs).singleElement().satisfies(run -> {
            assertThat(run.exitCode()).isZero();
            assertThat(run.outLines()).first().asString().contains("\"listening\"");
        });
    }

    @Test
    void nobodyListeningIsAFailureThatNamesTheServer() throws IOException {
        int port = server.localAddress().getPort();
        server.close();

        CommandRun run = CommandRun.of("perf", "client", "127.0.0.1", "-p", "" + port);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("127.0.0.1 port " + port);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-l 0",
                "-u -l 10",
                "-u -l 70000",
                "-b fast",
                "-n 0",
                "-P 0",
                "-R --rr",
                "-t 0",
                "--connect -u",
                "--connect --rr"
            })
    void impossibleOptionsAreWrongArguments(String options) {
        List<String> arguments = new ArrayList<>(List.of("perf", "client", "127.0.0.1"));
        arguments.addAll(List.of(options.split(" ", -1)));

        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));

        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void strangersAreTurnedAway() throws IOException {
        try (Socket stranger = new Socket()) {
            stranger.connect(server.localAddress());
            stranger.getOutputStream().write(new byte[64]);
            stranger.setSoTimeout(10_000);

            // The end of the stream, or a reset because bytes were left unread.
            int first;
            try {
                first = stranger.getInputStream().read();
            } catch (SocketException e) {
                first = -1;
            }
            assertThat(first).isEqualTo(-1);
        }
    }
}
