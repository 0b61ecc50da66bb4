/** The NIO {@code SelectorProvider}, its runtime and the command line. */
module io.ztnio.provider {
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;
    requires io.ztnio.protocol;
    requires org.jctools.core.jdk11;
    requires transitive io.ztnio.tcpip;

    exports io.ztnio.provider.runtime;
    exports io.ztnio.provider;
}
