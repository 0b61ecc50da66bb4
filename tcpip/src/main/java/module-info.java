/** A user-space TCP/IP stack, sans-I/O. */
module io.ztnio.tcpip {
    // Names of some socket options; see ExtendedOptions.
    requires static jdk.net;

    exports io.ztnio.tcpip;
    exports io.ztnio.tcpip.endpoint;
    exports io.ztnio.tcpip.link;
    exports io.ztnio.tcpip.stack;
    exports io.ztnio.tcpip.turn;
}
