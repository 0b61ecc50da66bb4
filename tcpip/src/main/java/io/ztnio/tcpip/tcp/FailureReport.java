package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.tcp.connection.Failure;
import java.io.IOException;

/**
 * Whom the failure of a connection has been told. As a kernel does, and the JDK above it: a failure is told once, to a read
 * or a write, and then it is the end of the stream; but once a read has found a reset, every read does.
 *
 * <p>Thread: thread-safe, for one reader and one writer.
 */
final class FailureReport {
    private volatile boolean toldToWriter;
    private volatile boolean toldToReader;

    /** What a read returns that finds no data: the end of the stream if the failure is known. */
    int toReader(Failure reason) throws IOException {
        boolean told = toldToReader ? !reason.staysForReaders() : toldToWriter;
        if (told) {
            return -1;
        }
        toldToReader = true;
        toldToWriter = true;
        throw reason.readException();
    }

    /** What a write throws. */
    IOException toWriter(Failure reason) {
        boolean told = toldToWriter;
        toldToWriter = true;
        return told ? new IOException("Broken pipe") : reason.writeException();
    }

    /** What a write was told last did not get through; once a read was told there is nothing left to tell. */
    void retract() {
        toldToWriter = toldToReader;
    }
}
