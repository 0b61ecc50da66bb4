package io.ztnio.it.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.JavaProgram;
import io.ztnio.it.lab.LoneNamespace;
import io.ztnio.it.lab.RunningProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * The suite comes out as with the JDK's provider. In a namespace with a loopback interface only, for it connects to an address
 * outside.
 */
@EnabledIf("namespacesArePossible")
@Tag("any-jdk")
@Tag("long")
class NettyTestsuiteIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int PARTS = 3;
    private static final String AGENT = "-javaagent:" + JavaProgram.jar();
    private static final String CAPTURE = AGENT + "=capture=127.0.0.0/8,::1,wildcard";

    /**
     * What does not succeed with any provider in such a place (docs/compatibility.md): TLS sessions are resumed so with
     * netty-tcnative only, an address outside is unreachable at once, no interface has multicast; and what Netty skips itself.
     */
    private static final List<String> OF_THE_PLACE = List.of(
            "SocketSslSessionReuseTest.testSslSessionTrustManagerResumption ",
            "SocketConnectionAttemptTest.testConnectCancellation ",
            "DatagramMulticastTest.testMulticast",
            "DatagramMulticastIPv6Test.testMulticast",
            "SocketShutdownOutputBySelfTest.testWriteAfterShutdownOutputNoWritabilityChange ",
            "ServerSocketSuspendTest.testSuspendAndResumeAccept ",
            "io.netty.testsuite.transport.socket.SocketSslLargeCertificateTest ",
            "SocketSslClientRenegotiateTest.testSslRenegotiationRejected ");

    static boolean namespacesArePossible() {
        return LoneNamespace.isPossible();
    }

    @Test
    void capturedItComesOutAsItShould() {
        Map<String, String> captured = run(CAPTURE);

        assertThat(captured).hasSizeGreaterThan(200);
        assertThat(captured.entrySet())
                .filteredOn(test -> !test.getValue().equals("SUCCESSFUL"))
                .allSatisfy(test -> assertThat(OF_THE_PLACE).anyMatch(test.getKey()::startsWith));
    }

    @Test
    void itComesOutAsWithTheJdk() {
        Map<String, String> byTheJdk = run();

        assertThat(byTheJdk).hasSizeGreaterThan(200);
        assertThat(run(AGENT)).isEqualTo(byTheJdk);
        assertThat(run(CAPTURE)).isEqualTo(byTheJdk);
    }

    /** Tests and how they ended, in parts at the same time, for they mostly wait. */
    private static Map<String, String> run(String... options) {
        Map<String, String> results = new TreeMap<>();
        List<LoneNamespace> namespaces = new ArrayList<>();
        List<RunningProcess> runs = new ArrayList<>();
        try {
            for (int part = 0; part < PARTS; part++) {
                LoneNamespace namespace = new LoneNamespace();
                namespaces.add(namespace);
                runs.add(namespace
                        .of(suite(options).with(Integer.toString(part), Integer.toString(PARTS)))
                        .start());
            }
            for (RunningProcess run : runs) {
                String output = run.awaitExit(TIMEOUT).output();
                assertThat(output).contains("END");
                output.lines().filter(line -> line.startsWith("RESULT ")).forEach(line -> {
                    String[] words = line.split(" ", 3);
                    results.merge(words[2], words[1], (one, another) -> one + ", " + another);
                });
            }
        } finally {
            runs.forEach(RunningProcess::close);
            namespaces.forEach(LoneNamespace::close);
        }
        return results;
    }

    private static JavaProgram suite(String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.add("-Dio.netty.transport.noNative=true");
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), SuiteRun.class.getName()));
        return JavaProgram.jvm(arguments.toArray(String[]::new));
    }
}
