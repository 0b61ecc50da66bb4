package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.HttpChecks;
import io.ztnio.it.software.programs.JdkHttpServer;
import io.ztnio.it.software.programs.JettyServer;
import io.ztnio.it.software.programs.Netty42HttpServer;
import io.ztnio.it.software.programs.NettyHttpServer;
import io.ztnio.it.software.programs.ReactorNettyServer;
import io.ztnio.it.software.programs.TomcatNio2Server;
import io.ztnio.it.software.programs.TomcatServer;
import io.ztnio.it.software.programs.UndertowServer;
import io.ztnio.it.software.programs.VertxServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP servers on a virtual address and on the wildcard, and the JDK's client in the other node. */
@Tag("any-jdk")
class HttpServersIT {
    private static final String PORT = "18080";
    private static final String TLS_PORT = "18443";
    private static final String WILDCARD_PORT = "18081";

    @TempDir
    private static Path directory;

    /** Netty's own sockets would go past the JDK's provider. */
    private static final List<String> NO_NATIVE = List.of("-Dio.netty.transport.noNative=true");

    private static TwoNodes nodes;
    private static String keys;

    /** Which server, how ztnio gets into it, and what else it is told. */
    @SuppressWarnings("ImmutableEnumChecker") // lists that nobody changes
    enum Server {
        JDK(JdkHttpServer.class, Way.FLAG, List.of(), List.of()),
        NETTY_4_1(NettyHttpServer.class, Way.FLAG, PublishedSoftware.inFolder("netty-4.1"), NO_NATIVE),
        NETTY_4_2(Netty42HttpServer.class, Way.FLAG, PublishedSoftware.ofGroups("io.netty"), NO_NATIVE),
        TOMCAT_NIO(TomcatServer.class, Way.FLAG, PublishedSoftware.ofGroups("org.apache.tomcat"), List.of()),
        // Asynchronous channels have a provider of their own, with a second flag; the agent is both.
        TOMCAT_NIO2(TomcatNio2Server.class, Way.AGENT, PublishedSoftware.ofGroups("org.apache.tomcat"), List.of()),
        JETTY(JettyServer.class, Way.FLAG, PublishedSoftware.ofGroups("org.eclipse.jetty", "org.slf4j"), List.of()),
        UNDERTOW(
                UndertowServer.class,
                Way.FLAG,
                PublishedSoftware.ofGroups("io.undertow", "org.jboss", "org.wildfly", "io.smallrye"),
                List.of()),
        VERTX(
                VertxServer.class,
                Way.FLAG,
                PublishedSoftware.ofGroups("io.vertx", "io.netty", "com.fasterxml.jackson.core"),
                NO_NATIVE),
        REACTOR_NETTY(
                ReactorNettyServer.class,
                Way.FLAG,
                PublishedSoftware.ofGroups("io.projectreactor", "org.reactivestreams", "org.jspecify", "io.netty"),
                NO_NATIVE);

        private final Class<?> main;
        private final Way way;
        private final List<Path> jars;
        private final List<String> options;

        Server(Class<?> main, Way way, List<Path> jars, List<String> options) {
            this.main = main;
            this.way = way;
            this.jars = jars;
            this.options = options;
        }
    }

    @BeforeAll
    static void prepare() throws Exception {
        nodes = new TwoNodes(directory);
        keys = ServerKeys.make(directory, nodes.address()).toString();
    }

    @AfterAll
    static void end() {
        nodes.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"NETTY_4_2", "TOMCAT_NIO2"})
    void itServesBothStacks(Server server) throws Exception {
        servesBothStacks(server);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"NETTY_4_2", "TOMCAT_NIO2"},
            mode = EnumSource.Mode.EXCLUDE)
    @Tag("long")
    void anotherServesBothStacks(Server server) throws Exception {
        servesBothStacks(server);
    }

    private void servesBothStacks(Server server) throws Exception {
        String[] service = {nodes.address(), PORT, TLS_PORT, WILDCARD_PORT, keys};
        try (RunningProcess serving = nodes.serve(server.way, server.jars, server.options, server.main, service)) {
            serving.awaitLine("^serving", TwoNodes.TIMEOUT);

            assertThat(nodes.call(Way.FLAG, List.of(), List.of(), HttpChecks.class, service))
                    .contains("did http from 10.98.0.", "did https from 10.98.0.", "did an orderly end", "checked");
            assertThat(fromTheHost()).startsWith("127.0.0.1:");

            TwoNodes.stop(serving);
        }
    }

    private static String fromTheHost() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + WILDCARD_PORT + "/peer"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
