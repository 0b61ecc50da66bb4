package io.ztnio.provider.exit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.runtime.LoopbackPlanet;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JVMs that end, and what their peer in this one gets. */
@Timeout(180)
@Tag("any-jdk")
class ExitTest {
    private static final int HOOKS = 12;
    private static final AtomicInteger CHILDREN = new AtomicInteger();
    private static LoopbackPlanet planet;
    private static LoopbackPlanet.Member member;

    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();
    private ServerSocketChannel server;

    @BeforeAll
    static void start() throws Exception {
        planet = LoopbackPlanet.start();
        member = planet.join();
    }

    @AfterAll
    static void stop() {
        planet.close();
    }

    @BeforeEach
    void listen() throws IOException {
        server = member.provider().openServerSocketChannel();
        server.bind(new InetSocketAddress(member.ipv4(), 0));
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        processes.forEach(Process::destroyForcibly);
    }

    /** A JVM with the program of the test. */
    private final class Child {
        private final Process process;
        private final BufferedReader lines;

        Child(Map<String, String> settings, List<String> options, String... arguments) throws IOException {
            Map<String, String> properties = new HashMap<>(planet.settings("child" + CHILDREN.incrementAndGet()));
            properties.putAll(settings);
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
            command.add("-Djava.nio.channels.spi.SelectorProvider=io.ztnio.provider.ZeroTierSelectorProvider");
            properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
            command.addAll(options);
            command.add("-cp");
            command.add(String.join(
                    File.pathSeparator,
                    System.getProperty("java.class.path"),
                    System.getProperty("jdk.module.path", ""),
                    Path.of(System.getProperty("basedir", ""), "target", "test-classes")
                            .toString()));
            command.add(ExitProgram.class.getName());
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            processes.add(process);
            lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        }

        String line() throws IOException {
            return lines.readLine();
        }

        void tell() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        /** Far sooner than the bound of the settings, which tests raise so high that it would show. */
        void expectEnd() throws InterruptedException {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
        }
    }

    private Child child(Map<String, String> settings, String what, String how, String more) throws IOException {
        return new Child(settings, List.of(), what, host(), port(), how, more);
    }

    private String host() {
        return member.ipv4().getHostAddress();
    }

    private String port() throws IOException {
        return Integer.toString(((InetSocketAddress) server.getLocalAddress()).getPort());
    }

    private static Map<String, String> bound(String value) {
        return Map.of("ztnio.exit.timeout", value);
    }

    /** Everything that comes; 0 bytes more than that if the end is a reset. */
    private record Received(long bytes, boolean reset) {}

    private static Received readAll(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long total = 0;
        try {
            for (int count = 0; count >= 0; count = channel.read(buffer.clear())) {
                total += count;
            }
            return new Received(total, false);
        } catch (SocketException e) {
            assertThat(e).hasMessage("Connection reset");
            return new Received(total, true);
        }
    }

    private void expectFarewells(Child child, List<SocketChannel> channels) throws IOException {
        for (int i = 0; i < channels.size(); i++) {
            assertThat(child.line()).isEqualTo("hook");
        }
        for (SocketChannel channel : channels) {
            channel.write(ByteBuffer.allocate(1));
            assertThat(readAll(channel)).isEqualTo(new Received(ExitProgram.FAREWELL_BYTES, false));
            channel.close();
        }
        for (int i = 0; i < channels.size(); i++) {
            assertThat(child.line()).isEqualTo("said");
        }
    }

    private List<SocketChannel> accept(int count) throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            channels.add(server.accept());
        }
        return channels;
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @ValueSource(strings = {"return", "exit", "signal"})
    void hooksOfTheApplicationHaveTheirConnectionsToTheEnd(String how) throws Exception {
        Child child = child(bound("60s"), "hooks", how, Integer.toString(HOOKS));
        List<SocketChannel> channels = accept(HOOKS);
        assertThat(child.line()).isEqualTo("ready");

        if (how.equals("signal")) {
            child.process.toHandle().destroy();
        } else {
            child.tell();
        }

        if (how.equals("return")) {
            assertThat(child.line()).isEqualTo("leaves main");
        }
        expectFarewells(child, channels);
        child.expectEnd();
        if (how.equals("exit")) {
            assertThat(child.process.exitValue()).isEqualTo(7);
        }
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anAgentHasASlotBehindAllHooks() throws Exception {
        List<String> agent = List.of("-javaagent:" + ExitAgent.jar(directory));
        Child child = new Child(bound("60s"), agent, "hooks", host(), port(), "exit", Integer.toString(HOOKS));
        assertThat(child.line()).isEqualTo("slot true");
        List<SocketChannel> channels = accept(HOOKS);
        assertThat(child.line()).isEqualTo("ready");
        child.tell();

        expectFarewells(child, channels);

        child.expectEnd();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void anAgentDeliversToo() throws Exception {
        List<String> agent = List.of("-javaagent:" + ExitAgent.jar(directory));
        Child child = new Child(bound("60s"), agent, "fill", host(), port(), "return", "");
        assertThat(child.line()).isEqualTo("slot true");
        expectDelivery(child);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aHookMayOpenAConnection() throws Exception {
        Child child = child(bound("60s"), "late", "exit", "");
        assertThat(child.line()).isEqualTo("ready");
        child.tell();

        expectFarewells(child, accept(1));

        child.expectEnd();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void whatWasAcceptedIsDeliveredThoughTheProcessHasLeftMainAndThePeerIsSlow() throws Exception {
        Child child = child(bound("60s"), "fill", "return", "");
        expectDelivery(child);
    }

    private void expectDelivery(Child child) throws IOException, InterruptedException {
        SocketChannel channel = server.accept();
        long written = Long.parseLong(child.line().substring("wrote ".length()));
        child.line();
        child.tell();
        assertThat(child.line()).isEqualTo("leaves main");

        assertThat(child.process.waitFor(1, TimeUnit.SECONDS))
                .as("ended while its peer had not taken everything")
                .isFalse();

        assertThat(readAll(channel)).isEqualTo(new Received(written, false));
        channel.close();
        child.expectEnd();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @ValueSource(strings = {"0", "700ms"})
    void whatIsLeftAfterTheBoundIsReset(String bound) throws Exception {
        Child child = child(bound(bound), "fill", "exit", "");
        SocketChannel channel = server.accept();
        long written = Long.parseLong(child.line().substring("wrote ".length()));
        child.line();
        child.tell();
        child.expectEnd();

        Received received = readAll(channel);

        assertThat(received.reset()).isTrue();
        assertThat(received.bytes()).isBetween(1L, written - 1);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aPeerThatReadsNothingAndGoesEndsTheWait() throws Exception {
        Child child = child(bound("60s"), "fill", "exit", "");
        SocketChannel channel = server.accept();
        child.line();
        child.line();
        child.tell();

        channel.close();

        child.expectEnd();
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @ValueSource(strings = {"open", "close"})
    void anExitWithNothingToDeliverIsImmediate(String closed) throws Exception {
        Child child = child(bound("170s"), "open", "return", closed);
        SocketChannel channel = server.accept();
        assertThat(child.line()).isEqualTo("ready");
        child.tell();

        child.expectEnd();

        assertThat(readAll(channel)).extracting(Received::bytes).isEqualTo(0L);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aPeerThatWasKilledIsNotWaitedFor() throws Exception {
        Child peer = child(Map.of(), "listens", "return", "");
        SocketChannel first = server.accept();
        String address =
                ((InetSocketAddress) first.getRemoteAddress()).getAddress().getHostAddress();
        String port = peer.line();
        Child child = new Child(bound("170s"), List.of(), "open", address, port, "exit", "open");
        assertThat(peer.line()).isEqualTo("accepted");
        assertThat(child.line()).isEqualTo("ready");
        peer.process.destroyForcibly();
        peer.expectEnd();
        child.tell();

        child.expectEnd();
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aPeerThatHasSaidGoodbyeIsNotWaitedFor() throws Exception {
        try (LoopbackPlanet other = LoopbackPlanet.start()) {
            LoopbackPlanet.Member leaving = other.join();
            ServerSocketChannel there = leaving.provider().openServerSocketChannel();
            there.bind(new InetSocketAddress(leaving.ipv4(), 0));
            int port = ((InetSocketAddress) there.getLocalAddress()).getPort();
            Map<String, String> settings = new HashMap<>(other.settings("child"));
            settings.put("ztnio.exit.timeout", "170s");
            Child child = new Child(
                    settings, List.of(), "reads", leaving.ipv4().getHostAddress(), Integer.toString(port), "exit", "");
            there.accept();
            leaving.networks().close();
            assertThat(child.line()).isEqualTo("ready");
            child.tell();

            child.expectEnd();
        }
    }
}
