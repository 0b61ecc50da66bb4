package io.ztnio.provider;

/** Something that happened to a {@link ZeroTier} instance. Immutable. */
public sealed interface ZeroTierEvent {
    /**
     * The node has started.
     *
     * @param address its ZeroTier address, ten hexadecimal digits
     */
    record Started(String address) implements ZeroTierEvent {}

    /** A root answers. */
    record Online() implements ZeroTierEvent {}

    /** No root has answered for a while. */
    record Offline() implements ZeroTierEvent {}

    /**
     * A network stands otherwise than before, or its addresses or name have changed.
     *
     * @param network as it is now
     */
    record NetworkChanged(ZeroTierNetwork network) implements ZeroTierEvent {}

    /** The instance is closed: the last event. */
    record Closed() implements ZeroTierEvent {}
}
