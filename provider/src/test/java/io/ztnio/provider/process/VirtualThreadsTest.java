package io.ztnio.provider.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocking operations of channels on virtual threads, with two carriers for all of them. */
class VirtualThreadsTest {
    private static final String OWN = "10.93.7.1";
    private static final List<String> OVERLAY = List.of(
            ChildProgram.PROVIDER,
            "-Dztnio.transport=overlay-memory",
            "-Dztnio.networks=00000000cafe2001",
            "-Dztnio.overlay.addresses=" + OWN + "/24");
    private static final List<String> TWO_CARRIERS = List.of(
            "-Xmx3g", "-Djdk.virtualThreadScheduler.parallelism=2", "-Djdk.virtualThreadScheduler.maxPoolSize=2");

    /** Since 24 the JDK's own selectors, in which sockets of both stacks wait, let a virtual thread park. */
    private static final int SELECTORS_PARK = 24;

    @TempDir
    private Path directory;

    @BeforeEach
    void thisJdkHasVirtualThreads() {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(21);
    }

    @Test
    void tenThousandConnectionsWaitOnTwoCarriersAndPinNone() throws Exception {
        Path recording = directory.resolve("pinned.jfr");
        int inBothStacks = Runtime.version().feature() >= SELECTORS_PARK ? 10 : 0;
        String record = "-XX:StartFlightRecording:filename=" + recording
                + ",settings=none,jdk.VirtualThreadPinned#enabled=true,jdk.VirtualThreadPinned#threshold=0ms"
                + ",jdk.VirtualThreadPinned#stackTrace=true";

        ChildProgram.Result result = ChildProgram.run(
                VirtualThreadsProgram.class,
                ChildProgram.join(TWO_CARRIERS, OVERLAY, List.of(record)),
                OWN,
                "10000",
                Integer.toString(inBothStacks));

        assertThat(result.output()).contains("exchanged 10000").doesNotContain("failed", "ended without a reason");
        assertThat(result.exitCode()).isZero();
        assertThat(pinned(recording)).doesNotContain("io.ztnio");
    }

    @Test
    void aThousandConnectionsOfTheHostStackWaitOnTwoCarriers() throws Exception {
        ChildProgram.Result result = ChildProgram.run(
                VirtualThreadsProgram.class,
                ChildProgram.join(TWO_CARRIERS, List.of(ChildProgram.PROVIDER)),
                "127.0.0.1",
                "1000",
                "0");

        assertThat(result.output()).contains("exchanged 1000").doesNotContain("failed");
    }

    /** The recorded pinnings in words; empty if there are none. */
    private static String pinned(Path recording) throws IOException, InterruptedException {
        Process jfr = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jfr").toString(),
                        "print",
                        "--stack-depth",
                        "64",
                        "--events",
                        "jdk.VirtualThreadPinned",
                        recording.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(jfr.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jfr.waitFor()).as(printed).isZero();
        return printed;
    }
}
