/** A small network of its own, in one process or over UDP. */
module io.ztnio.overlay {
    requires transitive io.ztnio.protocol;
    requires transitive io.ztnio.tcpip;
    requires com.fasterxml.jackson.jr.ob;
    requires org.bouncycastle.provider;

    exports io.ztnio.overlay.address;
    exports io.ztnio.overlay.identity;
    exports io.ztnio.overlay.loop;
    exports io.ztnio.overlay.node;
    exports io.ztnio.overlay.runtime;
    exports io.ztnio.overlay.session;
    exports io.ztnio.overlay.socket;
    exports io.ztnio.overlay.store;
    exports io.ztnio.overlay.transport;
}
