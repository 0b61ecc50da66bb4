/** The NIO {@code SelectorProvider}, its runtime and the command line. */
module io.ztnio.provider {
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;
    requires io.ztnio.protocol;
    requires transitive io.ztnio.tcpip;
    requires org.jctools.core.jdk11;
    requires info.picocli;
    requires com.fasterxml.jackson.jr.ob;

    exports io.ztnio.provider;
    exports io.ztnio.provider.runtime;
}
