package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.KafkaBroker;
import io.ztnio.it.software.programs.KafkaCalls;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka broker with its KRaft controller at a virtual address, and its clients. */
@Tag("any-jdk")
@Tag("long")
class KafkaIT {
    private static final String PORT = "18681";
    private static final String CONTROLLER_PORT = "18682";
    /** How a JVM ends that a signal has told to. */
    private static final int SIGTERM = 128 + 15;

    @TempDir
    private static Path directory;

    @Test
    void recordsComeThroughAGroupAndTheBrokerEndsInOrder() {
        List<Path> clientJars = PublishedSoftware.ofGroups("org.apache.kafka.kafka-clients", "org.slf4j");
        try (TwoNodes nodes = new TwoNodes(directory);
                RunningProcess serving = nodes.serve(
                        Way.FLAG,
                        serverJars(),
                        List.of(),
                        KafkaBroker.class,
                        nodes.address(),
                        PORT,
                        CONTROLLER_PORT,
                        directory.resolve("broker").toString())) {
            serving.awaitLine("Kafka Server started", TwoNodes.TIMEOUT);

            assertThat(nodes.call(Way.FLAG, clientJars, List.of(), KafkaCalls.class, nodes.address(), PORT))
                    .contains("did produce", "did consume");

            serving.terminate();
            assertThat(serving.awaitExit(TwoNodes.TIMEOUT).exitCode()).isEqualTo(SIGTERM);
            assertThat(serving.output()).contains("App info kafka.server for 1 unregistered");
        }
    }

    private static List<Path> serverJars() {
        return PublishedSoftware.ofGroups(
                "org.apache.kafka",
                "org.scala-lang",
                "org.apache.logging",
                "org.slf4j",
                "org.pcollections",
                "org.hdrhistogram",
                "org.bitbucket",
                "com.typesafe",
                "com.fasterxml",
                "com.yammer",
                "com.dynatrace",
                "com.github",
                "com.google.re2j",
                "net.sf",
                "net.sourceforge",
                "commons-validator");
    }
}
