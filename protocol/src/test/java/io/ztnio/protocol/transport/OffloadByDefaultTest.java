package io.ztnio.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a JVM of its own has that was started with no flag for it. */
@Timeout(120)
class OffloadByDefaultTest {
    private static final String SENT = "segmentation offload of what is sent";
    private static final String BOTH = "segmentation offload";

    @BeforeEach
    void optionsCanBeSet() {
        assumeThat(SocketOptionCalls.areAvailable()).as("JDK 17 to 21, Linux").isTrue();
    }

    @Test
    void whatIsSentHasItAndWhatIsReceivedIfThatIsAskedForOn17() throws Exception {
        String asked = Runtime.version().feature() == 17 ? BOTH : SENT;

        // Nothing but the names: no JDK warns.
        assertThat(run("auto", "on", "auto", "off")).containsExactly(SENT, asked, SENT, "plain");
    }

    @Test
    void whoAsksFirstGetsIt() throws Exception {
        String asked = Runtime.version().feature() == 17 ? BOTH : SENT;

        assertThat(run("on", "auto")).containsExactly(asked, SENT);
    }

    @Test
    void theModuleWithoutNativeAccessIsNotUsedUnlessAskedFor() throws Exception {
        assumeThat(Runtime.version().feature()).isEqualTo(17);

        assertThat(run(List.of("--add-modules", "jdk.incubator.foreign"), "on", "auto"))
                .containsExactly("WARNING: Using incubator modules: jdk.incubator.foreign", BOTH, BOTH);
        assertThat(run(List.of("--add-modules", "jdk.incubator.foreign"), "auto"))
                .containsExactly("WARNING: Using incubator modules: jdk.incubator.foreign", SENT);
    }

    @Test
    void anImageWithoutTheWayIntoTheJdkHasNone() throws Exception {
        List<String> lines = run(List.of("--limit-modules", "java.base"), "auto", "on");

        assertThat(lines).contains("plain", "plain");
        assertThat(lines)
                .filteredOn(line -> line.contains("no UDP segmentation offload, which is asked for"))
                .hasSize(1);
    }

    private static List<String> run(String... settings) throws Exception {
        return run(List.of(), settings);
    }

    private static List<String> run(List<String> options, String... settings) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
        command.addAll(options);
        command.addAll(List.of("-cp", placeOf(DatagramTransport.class, Opening.class), Opening.class.getName()));
        command.addAll(List.of(settings));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        return lines;
    }

    private static String placeOf(Class<?>... classes) throws URISyntaxException {
        List<String> places = new ArrayList<>();
        for (Class<?> one : classes) {
            places.add(Path.of(one.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        // Surefire patches the tests into the module.
        return Stream.concat(
                        places.stream(),
                        Stream.of(Path.of("target", "test-classes").toString()))
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Opens a transport by each setting, and says of which kind it is. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] settings) throws IOException {
            List<InetSocketAddress> bind = List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (String setting : settings) {
                UdpOffload offload =
                        setting.equals("on") ? UdpOffload.ON : setting.equals("off") ? UdpOffload.OFF : UdpOffload.AUTO;
                try (DatagramTransport transport = DatagramTransport.open(SelectorProvider.provider(), bind, offload)) {
                    System.out.println(transport.description());
                }
            }
        }
    }
}
