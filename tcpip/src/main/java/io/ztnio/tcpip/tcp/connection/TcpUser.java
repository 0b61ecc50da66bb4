package io.ztnio.tcpip.tcp.connection;

import io.ztnio.tcpip.buffer.MemoryShare;
import io.ztnio.tcpip.buffer.ReceiveRing;
import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.tcp.config.StreamOptions;

/**
 * What a connection tells its application, and what both share (RFC 9293 3.9.1). Thread: inside the gate, if nothing else is
 * said.
 */
public interface TcpUser {
    /** What is to be sent. */
    SendRing sendRing();

    /** What was received. */
    ReceiveRing receiveRing();

    /** What both are charged to. */
    MemoryShare memory();

    /** The socket options. */
    StreamOptions options();

    /** The handshake is over. */
    void onEstablished();

    /** The peer will send no more. */
    void onEndOfStream();

    /** The peer has acknowledged everything, FIN too, or the connection is over. */
    void onFinished();

    /** The connection has come to its end too early. */
    void fail(Failure reason);

    /** The connection is over, well or not. */
    void onTerminated();

    /** Readiness may have changed: to be told at the end of the turn. */
    void publishLater();

    /** Whether a write has to ask the engine in: the engine has nothing left to send. */
    void wantsWrites(boolean wanted);

    /** From this read position on, a read has to ask the engine in, to open the window. */
    void windowUpdatePosition(long position);

    /** Hands over what the application has asked for since the last time. */
    void takeRequests(TcpConnection owner, long nowNanos);

    /** The node ends: closes the application's end. */
    void closeWithNode();
}
