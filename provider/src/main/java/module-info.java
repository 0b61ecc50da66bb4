/** The NIO {@code SelectorProvider}, its runtime and the command line. */
module io.ztnio.provider {
    // The demo's server and client.
    // The command line's classes are filled in by reflection.
            info.picocli;
            info.picocli;
            info.picocli;
            info.picocli;
            info.picocli;
            info.picocli;
            info.picocli;
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;
    requires io.ztnio.protocol;
    requires org.jctools.core.jdk11;
    requires static java.net.http;
    requires static jdk.httpserver;
    requires transitive io.ztnio.tcpip;

    exports io.ztnio.provider.runtime;
    exports io.ztnio.provider;
    opens io.ztnio.provider.cli to
    opens io.ztnio.provider.cli.decode to
    opens io.ztnio.provider.cli.demo to
    opens io.ztnio.provider.cli.identity to
    opens io.ztnio.provider.cli.node to
    opens io.ztnio.provider.cli.perf to
    opens io.ztnio.provider.cli.planet to

    uses io.ztnio.provider.cli.node.NodeRunner;
}
