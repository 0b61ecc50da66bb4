package io.ztnio.protocol.transport;

/** Whether runs of datagrams go through the kernel in one piece, where the platform can do that. */
public enum UdpOffload {
    /** If the JVM was started with native access for us: otherwise newer JDKs would warn. */
    AUTO,
    /** Yes, even if the JDK warns. */
    ON,
    OFF;

    boolean isWanted(boolean nativeAccessEnabled) {
        return this == ON || (this == AUTO && nativeAccessEnabled);
    }
}
