/** The ZeroTier protocol: sans-I/O core, roles, UDP transport. */
module io.ztnio.protocol {
    requires org.bouncycastle.provider;
    requires org.lz4.java;

    exports io.ztnio.protocol.identity;
    exports io.ztnio.protocol.transport;
    exports io.ztnio.protocol.vl1;
    exports io.ztnio.protocol.wire;
}
