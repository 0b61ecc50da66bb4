package io.ztnio.protocol.transport;

/** Whether runs of datagrams go through the kernel in one piece, where the platform can do that. */
public enum UdpOffload {
    /** If nobody need be asked: not where newer JDKs would warn, nor where something had to be loaded into the JVM for it. */
    AUTO,
    /** Yes, even if the JDK warns. */
    ON,
    OFF
}
