package io.ztnio.it.software;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.it.lab.RunningProcess;
import io.ztnio.it.software.TwoNodes.Way;
import io.ztnio.it.software.programs.GrpcCalls;
import io.ztnio.it.software.programs.GrpcServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** gRPC's server with Netty, and its clients with Netty and with OkHttp. */
@Tag("any-jdk")
@Tag("long")
class GrpcIT {
    private static final String PORT = "18181";
    private static final String TLS_PORT = "18182";
    private static final List<String> NO_NATIVE = List.of("-Dio.grpc.netty.shaded.io.netty.transport.noNative=true");

    @TempDir
    private static Path directory;

    private static TwoNodes nodes;
    private static String keys;

    /** Which transport a client has, which follows from what is on its class path. */
    enum Transport {
        NETTY("NettyChannelBuilder", "grpc-okhttp", Way.FLAG),
        OKHTTP("OkHttpChannelBuilder", "grpc-netty-shaded", Way.AGENT);

        private final String builder;
        private final String without;
        private final Way way;

        Transport(String builder, String without, Way way) {
            this.builder = builder;
            this.without = without;
            this.way = way;
        }

        List<Path> jars() {
            return GrpcIT.jars().stream()
                    .filter(jar -> !jar.getFileName().toString().startsWith(without))
                    .toList();
        }
    }

    private static List<Path> jars() {
        return PublishedSoftware.ofGroups(
                "io.grpc", "io.perfmark", "com.google.guava", "com.squareup.okio", "org.jetbrains.kotlin");
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
    @EnumSource
    void callsOfEveryKindAndAServerThatComesBack(Transport transport) {
        String[] service = {nodes.address(), PORT, TLS_PORT, keys};
        try (RunningProcess serving =
                nodes.serve(Way.FLAG, Transport.NETTY.jars(), NO_NATIVE, GrpcServer.class, service)) {
            serving.awaitLine("^serving", TwoNodes.TIMEOUT);

            assertThat(nodes.call(transport.way, transport.jars(), NO_NATIVE, GrpcCalls.class, service))
                    .contains("with " + transport.builder, "did plain calls", "did calls with TLS");

            TwoNodes.stop(serving);
        }
    }
}
