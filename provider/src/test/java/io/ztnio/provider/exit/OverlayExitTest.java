package io.ztnio.provider.exit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.config.ConfigLoader;
import io.ztnio.provider.runtime.OverlayNetworks;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JVMs on an overlay that end, and what their peer in this one gets: as {@link ExitTest} has it for ZeroTier networks. */
@Timeout(120)
@Tag("any-jdk")
class OverlayExitTest {
    /** So long that a test in which it is waited for fails. */
    private static final String LONG = "110s";

    private static final String ADDRESS = "10.96.0.1";

    @TempDir
    private Path directory;

    private OverlayNetworks networks;
    private ServerSocketChannel server;
    private Process process;
    private BufferedReader lines;

    @BeforeEach
    void listen() throws IOException {
        Map<String, String> settings = settings("peer", ADDRESS);
        settings.put("ztnio.wildcard", "zerotier");
        networks = new OverlayNetworks(new ConfigLoader(settings, Map.of()).load(), false);
        server = new ZeroTierSelectorProvider(networks).openServerSocketChannel();
        server.bind(new InetSocketAddress(ADDRESS, 0));
    }

    @AfterEach
    void end() throws IOException {
        server.close();
        networks.close();
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private Map<String, String> settings(String home, String address) {
        return new HashMap<>(Map.of(
                "ztnio.transport",
                "overlay-udp",
                "ztnio.networks",
                "00000000cafe2001",
                "ztnio.home",
                directory.resolve(home).toString(),
                "ztnio.bind",
                "127.0.0.1",
                "ztnio.overlay.key",
                "0123456789abcdef".repeat(4),
                "ztnio.overlay.addresses",
                address + "/24"));
    }

    /** A JVM with {@link ExitProgram}, which knows where our node is. */
    private SocketChannel start(String what, String how, String more) throws IOException {
        Map<String, String> properties = settings("child", "10.96.0.2");
        properties.put(
                "ztnio.overlay.peers",
                "127.0.0.1:" + networks.node().localAddresses().get(0).getPort());
        properties.put("ztnio.exit.timeout", LONG);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Djava.nio.channels.spi.SelectorProvider=io.ztnio.provider.ZeroTierSelectorProvider"));
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of(
                "-cp",
                String.join(
                        File.pathSeparator,
                        System.getProperty("java.class.path"),
                        System.getProperty("jdk.module.path", ""),
                        Path.of(System.getProperty("basedir", ""), "target", "test-classes")
                                .toString()),
                ExitProgram.class.getName(),
                what,
                ADDRESS,
                Integer.toString(((InetSocketAddress) server.getLocalAddress()).getPort()),
                how,
                more));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        return server.accept();
    }

    private void tell() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    private void expectEnd() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended").isTrue();
    }

    private static long readAll(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long total = 0;
        for (int count = 0; count >= 0; count = channel.read(buffer.clear())) {
            total += count;
        }
        return total;
    }

    @ParameterizedTest
    @ValueSource(strings = {"return", "exit"})
    void aHookOfTheApplicationHasItsConnectionToTheEnd(String how) throws Exception {
        try (SocketChannel channel = start("hooks", how, "1")) {
            assertThat(lines.readLine()).isEqualTo("ready");
            tell();
            if (how.equals("return")) {
                assertThat(lines.readLine()).isEqualTo("leaves main");
            }
            assertThat(lines.readLine()).isEqualTo("hook");
            channel.write(ByteBuffer.allocate(1));

            assertThat(readAll(channel)).isEqualTo(ExitProgram.FAREWELL_BYTES);
        }
        assertThat(lines.readLine()).isEqualTo("said");
        expectEnd();
    }

    @Test
    void whatWasAcceptedIsDeliveredAfterMainHasEnded() throws Exception {
        try (SocketChannel channel = start("fill", "return", "")) {
            long written = Long.parseLong(lines.readLine().substring("wrote ".length()));
            assertThat(lines.readLine()).isEqualTo("ready");
            tell();
            assertThat(lines.readLine()).isEqualTo("leaves main");

            // Nothing was read so far: all of it was with the process that has left main.
            assertThat(readAll(channel)).isEqualTo(written);
        }
        expectEnd();
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "close"})
    void anExitWithNothingToDeliverIsImmediate(String closed) throws Exception {
        try (SocketChannel channel = start("open", "return", closed)) {
            assertThat(lines.readLine()).isEqualTo("ready");
            tell();

            expectEnd();

            assertThat(readAll(channel)).isZero();
        }
    }

    @Test
    void aPeerThatHasSaidGoodbyeIsNotWaitedFor() throws Exception {
        try (SocketChannel channel = start("fill", "exit", "")) {
            assertThat(lines.readLine()).startsWith("wrote ");
            assertThat(lines.readLine()).isEqualTo("ready");
            networks.close();
            assertThat(channel.isOpen()).isTrue();
            tell();

            expectEnd();
        }
    }
}
