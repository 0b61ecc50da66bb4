package io.ztnio.provider;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** A node of this process is not up. The message says why and what to do; {@link #reason()} says it to programs. */
public final class ZeroTierException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** What is in the way. */
    public enum Reason {
        /** The network is private, and nobody has let this node in: {@link ZeroTierException#address()} is to be authorised. */
        NOT_AUTHORISED,
        /** The controller does not know the network. */
        NETWORK_NOT_FOUND,
        /** The network asks its members for a login, which a program cannot do. */
        LOGIN_REQUIRED,
        /** The controller has let this node in, but has assigned it no address. */
        NO_ADDRESS,
        /** No root of the planet answers, or none can be reached from here. */
        NO_ROOT_REACHABLE,
        /** Roots answer, but the network's controller does not. */
        CONTROLLER_SILENT,
        /** Another process has the UDP port. */
        PORT_IN_USE,
        /** The UDP sockets cannot be bound: the address to bind is not this machine's, or the system forbids it. */
        CANNOT_BIND,
        /** The stored identity, or the given one, is none. It is left as it is. */
        DAMAGED_IDENTITY,
        /** Another node, of this process or another, has the home. */
        HOME_IN_USE,
        /** The home is no directory, or may not be written. */
        HOME_UNUSABLE,
        /** The planet is not there, or is none. */
        PLANET_UNREADABLE,
        /** The planet may not be used: {@code ztnio.public.planet} forbids it, or the home has another. */
        PLANET_REFUSED,
        /** The node has not started in the time given. */
        TIMEOUT,
        /** The instance was closed. */
        CLOSED,
        /** Something else; the cause says what. */
        OTHER
    }

    /** The address as text, or empty; a field for serialization. */
    private final String address;

    /**
     * An exception.
     *
     * @param address the node's ZeroTier address, ten hexadecimal digits, or empty while it is not known
     * @param cause may be {@code null}
     */
    public ZeroTierException(Reason reason, String address, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason);
        this.address = address;
    }

    /** What is in the way. */
    public Reason reason() {
        return reason;
    }

    /** The node's address, ten hexadecimal digits, which is what a network's administrator authorises; empty if not known. */
    public Optional<String> address() {
        return address.isEmpty() ? Optional.empty() : Optional.of(address);
    }
}
