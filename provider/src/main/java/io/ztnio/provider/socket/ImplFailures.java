package io.ztnio.provider.socket;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/** The exceptions of channels and endpoints as the JDK's socket implementations say them. */
final class ImplFailures {
    private ImplFailures() {}

    static SocketException closed() {
        return new SocketException("Socket closed");
    }

    /**
     * What a blocking operation throws. An interrupt is left to the {@code Socket} or {@code ServerSocket}, which closes
     * itself for it and says so.
     */
    static IOException translate(IOException failure) {
        if (failure instanceof ClosedByInterruptException) {
            return withCause(new InterruptedIOException(), failure);
        }
        return failure instanceof ClosedChannelException ? withCause(closed(), failure) : failure;
    }

    /** As {@link #translate}, but what is neither is a {@code SocketException}. */
    static IOException translateToSocket(IOException failure) {
        IOException translated = translate(failure);
        return translated instanceof SocketException || translated instanceof InterruptedIOException
                ? translated
                : withCause(new SocketException(translated.getMessage()), translated);
    }

    /** What a connect throws: nobody else would say that an interrupt closed the socket. */
    static IOException translateConnect(IOException failure) {
        return failure instanceof ClosedByInterruptException
                ? withCause(new SocketException("Closed by interrupt"), failure)
                : translate(failure);
    }

    /** Whether a failure is about who waited, not about the socket. */
    static boolean isOfThisThread(IOException failure) {
        return failure instanceof ClosedByInterruptException || failure instanceof InterruptedIOException;
    }

    static SocketException alreadyBound(AlreadyBoundException failure) {
        return withCause(new SocketException("Already bound"), failure);
    }

    private static <E extends Exception> E withCause(E exception, Exception cause) {
        exception.initCause(cause);
        return exception;
    }
}
