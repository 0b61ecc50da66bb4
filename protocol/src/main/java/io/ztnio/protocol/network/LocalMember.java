package io.ztnio.protocol.network;

import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.credential.Revocation;
import io.ztnio.protocol.wire.ErrorCode;

/**
 * What a controller tells the member that lives in the same node: VL1 carries nothing from a node to itself. Thread:
 * confined to the node.
 */
public interface LocalMember {
    void onLocalConfig(NetworkConfig config, long nowMillis);

    void onLocalError(long networkId, ErrorCode code);

    void onLocalRevocation(Revocation revocation, long nowMillis);
}
