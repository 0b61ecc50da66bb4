package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.JedisCalls;
import io.ztnio.it.software.programs.LettuceCalls;
import io.ztnio.it.software.programs.PostgresCalls;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers on the network, and the real servers, which are no Java programs, behind {@code expose}. */
@Tag("any-jdk")
@Tag("long")
class DatabasesIT {
    private static final String POSTGRES_PORT = "18781";
    private static final String REDIS_PORT = "18782";
    private static final String REDIS_TLS_PORT = "18783";

    @TempDir
    private Path directory;

    @Test
    void postgresThroughItsDriver() throws Exception {
        try (TwoNodes nodes = new TwoNodes(directory)) {
            ServerKeys.Pem keys = ServerKeys.pem(ServerKeys.make(directory, nodes.address()));
            try (RunningProcess server = Postgres.start(directory, POSTGRES_PORT, keys);
                    RunningProcess expose = LocalServer.expose(nodes, "server", POSTGRES_PORT)) {
                String printed = nodes.call(
                        Way.AGENT,
                        PublishedSoftware.ofGroups("org.postgresql"),
                        List.of(),
                        PostgresCalls.class,
                        nodes.address(),
                        POSTGRES_PORT,
                        Postgres.USER,
                        Postgres.PASSWORD,
                        keys.certificate().toString());
                assertThat(printed).contains("did all with sslmode disable", "did all with sslmode verify-full");

                // On SIGTERM PostgreSQL waits for its clients: it knows of all that they have gone.
                server.terminate();
                assertThat(server.awaitExit(TwoNodes.TIMEOUT).exitCode()).isZero();
                assertEndsGracefully(expose);
            }
        }
    }

    @Test
    void redisThroughJedisAndLettuce() throws Exception {
        try (TwoNodes nodes = new TwoNodes(directory)) {
            String tlsAddress = nodes.addressOf("tls");
            Path keyStore = ServerKeys.make(directory, tlsAddress);
            String[] service = {nodes.address(), REDIS_PORT, tlsAddress, REDIS_TLS_PORT, keyStore.toString()};
            try (RunningProcess server =
                            LocalServer.redis(directory, REDIS_PORT, REDIS_TLS_PORT, ServerKeys.pem(keyStore));
                    RunningProcess expose = LocalServer.expose(nodes, "server", REDIS_PORT);
                    RunningProcess exposeTls = LocalServer.expose(nodes, "tls", REDIS_TLS_PORT)) {
                String jedis = nodes.call(
                        Way.AGENT,
                        PublishedSoftware.ofGroups(
                                "redis.clients", "org.apache.commons", "org.json", "com.google.code.gson", "org.slf4j"),
                        List.of(),
                        JedisCalls.class,
                        service);
                assertThat(jedis).contains("did all plain", "did all with TLS");

                String lettuce = nodes.call(
                        Way.FLAG,
                        PublishedSoftware.ofGroups(
                                "io.lettuce",
                                "redis.clients.authentication",
                                "io.netty",
                                "io.projectreactor.reactor-core",
                                "org.reactivestreams",
                                "org.slf4j"),
                        List.of("-Dio.netty.transport.noNative=true"),
                        LettuceCalls.class,
                        service);
                assertThat(lettuce).contains("did all plain", "did all with TLS");

                assertEndsGracefully(expose);
                assertEndsGracefully(exposeTls);
                server.terminate();
                assertThat(server.awaitExit(TwoNodes.TIMEOUT).exitCode()).isZero();
            }
        }
    }

    private static void assertEndsGracefully(RunningProcess expose) {
        expose.terminate();
        assertThat(expose.awaitExit(TwoNodes.TIMEOUT).output()).contains("interrupted");
    }
}
