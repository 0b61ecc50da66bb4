package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.ApacheAsyncClient;
import io.ztnio.it.software.programs.ApacheClassicClient;
import io.ztnio.it.software.programs.JdkHttpClient;
import io.ztnio.it.software.programs.OkHttpCalls;
import io.ztnio.it.software.programs.ReactorNettyClient;
import io.ztnio.it.software.programs.UrlConnectionClient;
import io.ztnio.it.software.programs.VertxClient;
import io.ztnio.it.software.programs.VertxServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP clients, one after the other, and a server at a virtual address that speaks all that they speak. */
@Tag("any-jdk")
@Tag("long")
class HttpClientsIT {
    private static final List<String> NO_NATIVE = List.of("-Dio.netty.transport.noNative=true");
    private static final List<String> H1 = List.of("did HTTP_1_1 at http", "did HTTP_1_1 at https");
    private static final List<String> H2 = List.of("did HTTP_2 at http", "did HTTP_2 at https");

    @TempDir
    private static Path directory;

    private static TwoNodes nodes;
    private static RunningProcess server;
    private static String[] service;

    /** Which client, how ztnio gets into it, and what it says when it is done. */
    @SuppressWarnings("ImmutableEnumChecker") // lists that nobody changes
    enum Client {
        JDK(JdkHttpClient.class, Way.FLAG, List.of(), List.of(H1, H2, List.of("did ws", "did wss"))),
        URL_CONNECTION(UrlConnectionClient.class, Way.AGENT, List.of(), List.of(H1)),
        OK_HTTP(
                OkHttpCalls.class,
                Way.AGENT,
                PublishedSoftware.ofGroups("com.squareup.okhttp3", "com.squareup.okio", "org.jetbrains"),
                List.of(H1, H2)),
        APACHE_CLASSIC(
                ApacheClassicClient.class,
                Way.AGENT,
                PublishedSoftware.ofGroups("org.apache.httpcomponents", "org.slf4j"),
                List.of(H1)),
        APACHE_ASYNC(
                ApacheAsyncClient.class,
                Way.FLAG,
                PublishedSoftware.ofGroups("org.apache.httpcomponents", "org.slf4j"),
                List.of(H1, H2)),
        VERTX(
                VertxClient.class,
                Way.FLAG,
                PublishedSoftware.ofGroups("io.vertx", "io.netty", "com.fasterxml.jackson.core"),
                List.of(H1, H2)),
        REACTOR_NETTY(
                ReactorNettyClient.class,
                Way.FLAG,
                PublishedSoftware.ofGroups("io.projectreactor", "org.reactivestreams", "org.jspecify", "io.netty"),
                List.of(H1, H2));

        private final Class<?> main;
        private final Way way;
        private final List<Path> jars;
        private final List<List<String>> done;

        Client(Class<?> main, Way way, List<Path> jars, List<List<String>> done) {
            this.main = main;
            this.way = way;
            this.jars = jars;
            this.done = done;
        }
    }

    @BeforeAll
    static void serve() throws Exception {
        nodes = new TwoNodes(directory);
        String keys = ServerKeys.make(directory, nodes.address()).toString();
        service = new String[] {nodes.address(), "18180", "18543", "18181", keys};
        List<Path> jars = PublishedSoftware.ofGroups("io.vertx", "io.netty", "com.fasterxml.jackson.core");
        server = nodes.serve(Way.FLAG, jars, NO_NATIVE, VertxServer.class, service);
        server.awaitLine("^serving", TwoNodes.TIMEOUT);
    }

    @AfterAll
    static void end() {
        server.close();
        nodes.close();
    }

    @ParameterizedTest
    @EnumSource
    void itSpeaksWithTheServer(Client client) {
        String said = nodes.call(client.way, client.jars, NO_NATIVE, client.main, service);

        assertThat(said.lines())
                .containsAll(client.done.stream().flatMap(List::stream).toList());
    }
}
