package io.ztnio.protocol.network;

import io.ztnio.protocol.config.NetworkConfig;

/**
 * Takes what arrives on virtual networks. Called on the node's thread, from within any call into {@link Networks} or
 * {@link VirtualNetwork}; may send from within.
 */
public interface NetworkListener {
    /**
     * A frame that passed membership and rules. Also called from within {@link VirtualNetwork#sendFrame}, for frames to
     * our own MAC address and for neighbours that are resolved locally.
     *
     * @param buffer valid during the call only
     * @param offset start of the payload, behind the EtherType
     * @param ingressNanos when its datagram was received; 0 for a frame that came from ourselves
     */
    void onFrame(
            VirtualNetwork network,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos);

    /**
     * A frame between others that the network's rules divert to us, from a member. A copy (TEE, WATCH) is given here only; a
     * frame that was redirected is given to {@link #onFrame} too, after this.
     *
     * @param member who has sent it here
     * @param length of the payload; a copy may be cut
     */
    default void onDiverted(
            VirtualNetwork network,
            Diversion diversion,
            long member,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length) {}

    /** A configuration was installed. */
    void onConfigChanged(VirtualNetwork network, NetworkConfig config);

    void onStatus(VirtualNetwork network, NetworkStatus status);

    /**
     * A configuration from the controller was refused, or something was left out of it; said once of each problem in a row.
     *
     * @param problem a sentence to follow the network's name
     */
    default void onConfigProblem(VirtualNetwork network, String problem) {}

    /** Something threw that must not; only this network is affected. A bug, for a log. */
    default void onFailure(VirtualNetwork network, RuntimeException bug) {}
}
