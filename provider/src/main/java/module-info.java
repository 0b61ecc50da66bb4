/** The NIO {@code SelectorProvider}, its runtime and the command line. */
module io.ztnio.provider {
    requires transitive io.ztnio.protocol;
    requires transitive io.ztnio.tcpip;
    requires transitive io.ztnio.overlay;
    requires org.jctools.core.jdk11;
    requires org.objectweb.asm;
    requires info.picocli;
    requires com.fasterxml.jackson.jr.ob;
    requires org.dnsjava;
    // The agent.
    requires static transitive java.instrument;
    // The demo's server and client.
    requires static jdk.httpserver;
    requires static java.net.http;

    // The command line's classes are filled in by reflection.
    opens io.ztnio.tools.cli to
            info.picocli;
    opens io.ztnio.tools.cli.command to
            info.picocli;
    opens io.ztnio.tools.cli.control to
            info.picocli;
    opens io.ztnio.tools.cli.decode to
            info.picocli;
    opens io.ztnio.tools.cli.demo to
            info.picocli;
    opens io.ztnio.tools.cli.identity to
            info.picocli;
    opens io.ztnio.tools.cli.network to
            info.picocli;
    opens io.ztnio.tools.cli.node to
            info.picocli;
    opens io.ztnio.tools.cli.perf to
            info.picocli;
    opens io.ztnio.tools.cli.planet to
            info.picocli;

    exports io.ztnio.provider;
    // The JVM calls the agent.
    exports io.ztnio.provider.agent;
    exports io.ztnio.provider.config;
    exports io.ztnio.provider.exit;
    exports io.ztnio.provider.routing;
    exports io.ztnio.provider.runtime;
    exports io.ztnio.provider.service;
    exports io.ztnio.tools.tunnel;
}
