/** The ZeroTier protocol: sans-I/O core, roles, UDP transport. */
module io.ztnio.protocol {
    requires org.bouncycastle.provider;
    requires org.lz4.java;
    requires com.fasterxml.jackson.jr.ob;
    // Of UPnP only, which does without it.
    requires static java.xml;

    exports io.ztnio.protocol.capture;
    exports io.ztnio.protocol.collect;
    exports io.ztnio.protocol.config;
    exports io.ztnio.protocol.controller;
    exports io.ztnio.protocol.controller.api;
    exports io.ztnio.protocol.credential;
    exports io.ztnio.protocol.crypto;
    exports io.ztnio.protocol.dissect;
    exports io.ztnio.protocol.identity;
    exports io.ztnio.protocol.json;
    exports io.ztnio.protocol.message;
    exports io.ztnio.protocol.network;
    exports io.ztnio.protocol.node;
    exports io.ztnio.protocol.packet;
    exports io.ztnio.protocol.portmap;
    exports io.ztnio.protocol.relay;
    exports io.ztnio.protocol.rule;
    exports io.ztnio.protocol.store;
    exports io.ztnio.protocol.transport;
    exports io.ztnio.protocol.vl1;
    exports io.ztnio.protocol.wire;
    exports io.ztnio.protocol.world;
}
