package io.ztnio.overlay.node;

/** Takes Ethernet frames of members. Thread: called inside the gate. */
@FunctionalInterface
public interface EthernetHandler {
    /**
     * A frame came, and speaks for no address that is not its sender's.
     *
     * @param destinationMac ours, or a group's
     * @param buffer holds the payload at {@code offset}, {@code length} bytes, until this method returns
     */
    void onEthernet(
            long networkId,
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long nowNanos);
}
