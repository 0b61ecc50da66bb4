package io.ztnio.tcpip.tcp.connection;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;

/** Why a connection came to its end too early, and the exceptions and texts that the JDK has for it. */
public enum Failure {
    REFUSED("Connection refused"),
    TIMED_OUT("Connection timed out"),
    NO_ROUTE("No route to host"),
    NETWORK_UNREACHABLE("Network is unreachable"),
    /** What the connection went by is gone. A kernel would say nothing until it times out. */
    ADDRESS_LOST("Network is unreachable: the address or the route of this connection was taken away;"
            + " connect again from an address that this node has now"),
    /** Something failed while the engine worked on this connection, which may have left anything half done. */
    BROKEN("Software caused connection abort: the engine failed while it worked on this connection, for want of memory"
            + " perhaps; the log says more, and a new connection may be made"),
    RESET("Connection reset"),
    /** Reset by a peer whose end of stream had come before. */
    BROKEN_PIPE("Broken pipe");

    private final String text;

    Failure(String text) {
        this.text = text;
    }

    /** For an attempt to connect. */
    public IOException connectException() {
        return switch (this) {
            case NO_ROUTE -> new NoRouteToHostException(text);
            case RESET, BROKEN_PIPE -> new ConnectException(REFUSED.text);
            default -> new ConnectException(text);
        };
    }

    /** For a read, once everything that was received has been read. */
    public IOException readException() {
        return switch (this) {
            case NO_ROUTE -> new NoRouteToHostException(text);
            case RESET, NETWORK_UNREACHABLE, ADDRESS_LOST -> new SocketException(text);
            default -> new IOException(text);
        };
    }

    /** Whether it is told to every read: the others are told to the first only, and the end of the stream then. */
    public boolean staysForReaders() {
        return this == RESET;
    }

    /** For the first write after the failure; later ones, and those after a read was told, find a broken pipe. */
    public IOException writeException() {
        return switch (this) {
            case NO_ROUTE -> new NoRouteToHostException(text);
            case RESET -> new IOException("Connection reset by peer");
            case NETWORK_UNREACHABLE, ADDRESS_LOST -> new SocketException(text);
            default -> new IOException(text);
        };
    }
}
