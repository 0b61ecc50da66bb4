package io.ztnio.provider.dual;

import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/** The exceptions of channels as sockets say them. */
public final class SocketFailures {
    private SocketFailures() {}

    /** What to throw from a socket for {@code failure}; other unchecked exceptions are thrown from here. */
    public static IOException translate(Exception failure) {
        // Those of channels that are closed too, as the JDK's sockets of channels.
        return failure instanceof IOException checked ? checked : translated(failure);
    }

    /** As {@link #translate} where only a {@code SocketException} may be thrown. */
    public static SocketException translateToSocket(Exception failure) {
        return failure instanceof SocketException socket ? socket : translated(failure);
    }

    private static SocketException translated(Exception failure) {
        String text = text(failure);
        if (text == null && failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        SocketException translated = new SocketException(text == null ? failure.getMessage() : text);
        translated.initCause(failure);
        return translated;
    }

    public static long timeoutNanos(int timeoutMillis) {
        return timeoutMillis * 1_000_000L;
    }

    private static String text(Exception failure) {
        if (failure instanceof ClosedChannelException) {
            return "Socket is closed";
        }
        if (failure instanceof NotYetConnectedException) {
            return "Socket is not connected";
        }
        if (failure instanceof AlreadyConnectedException) {
            return "Already connected";
        }
        if (failure instanceof ConnectionPendingException) {
            return "Connection pending";
        }
        if (failure instanceof AlreadyBoundException) {
            return "Already bound";
        }
        if (failure instanceof NotYetBoundException) {
            return "Socket is not bound yet";
        }
        if (failure instanceof UnsupportedAddressTypeException) {
            return "Unsupported address type";
        }
        return failure instanceof UnresolvedAddressException ? "Unresolved address" : null;
    }
}
