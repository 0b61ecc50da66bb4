/** The NIO {@code SelectorProvider}, its runtime and the command line. */
module io.ztnio.provider {
    requires io.ztnio.protocol;
    requires io.ztnio.tcpip;
    requires org.jctools.core.jdk11;
    requires info.picocli;
    requires com.fasterxml.jackson.jr.ob;
}
