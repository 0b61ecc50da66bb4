package io.ztnio.protocol.network;

import io.ztnio.protocol.config.RequestMetadata;
import io.ztnio.protocol.message.NetworkConfigRequest;
import io.ztnio.protocol.vl1.InboundPacket;

/** The controller role, as {@link Networks} needs it ({@code protocol.md} 9). Thread: confined to the node. */
public interface NetworkController {
    /** A member asks for its configuration. */
    void onRequest(InboundPacket packet, NetworkConfigRequest request, long nowMillis);

    /** This node asks, as a member of its own network. The answer comes through {@link LocalMember}. */
    void onLocalRequest(long networkId, RequestMetadata metadata, long nowMillis);

    /** Whether the member was sent a configuration not long ago, and so may announce and gather. */
    boolean isAuthorized(long networkId, long member, long nowMillis);

    /**
     * Does what is due.
     *
     * @return when to be called next
     */
    long poll(long nowMillis);
}
