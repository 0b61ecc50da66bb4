package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.tcp.connection.Failure;
import java.io.IOException;

/**
 * Why a connection came to its end too early, and who of the application has been told. As a kernel does, and the JDK above
 * it: a failure is told once, to a read or a write, and then it is the end of the stream; but once a read has found a reset,
 * every read does.
 *
 * <p>Thread: set inside the gate, told by application threads.
 */
final class ToldFailure {
    private volatile Failure reason;
    private volatile boolean toldToWriter;
    private volatile boolean toldToReader;

    void set(Failure failure) {
        reason = failure;
    }

    boolean isSet() {
        return reason != null;
    }

    /** The failure, or {@code null}. */
    Failure reason() {
        return reason;
    }

    /**
     * For a read that found nothing else.
     *
     * @param failure as it was before the read looked for data
     * @return -1 if it has been told before
     */
    int tellReader(Failure failure) throws IOException {
        boolean told = toldToReader ? !failure.staysForReaders() : toldToWriter;
        if (told) {
            return -1;
        }
        toldToReader = true;
        toldToWriter = true;
        throw failure.readException();
    }

    /** For a write: throws if there is a failure. */
    void tellWriter() throws IOException {
        Failure failure = reason;
        if (failure != null) {
            boolean told = toldToWriter;
            toldToWriter = true;
            throw told ? new IOException("Broken pipe") : failure.writeException();
        }
    }

    /** What a write was told it was not told. Once a read was told there is nothing left to tell. */
    void retract() {
        toldToWriter = toldToReader;
    }
}
