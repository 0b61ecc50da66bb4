package io.ztnio.protocol.portmap;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The way to one gateway for UPnP, and to nobody else. Thread: one at a time; every call may wait, for a bounded time. */
interface IgdWire {
    /**
     * Sends searches, and hands over what the gateway answers until that is accepted.
     *
     * @param accept what it makes of a datagram's bytes
     */
    Optional<GatewayUrl> search(List<byte[]> searches, Function<byte[], Optional<GatewayUrl>> accept)
            throws IOException;

    /** Sends a request to a TCP port of the gateway, and waits for the answer. */
    HttpReply exchange(int port, byte[] request) throws IOException;
}
