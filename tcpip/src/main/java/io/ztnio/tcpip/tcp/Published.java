package io.ztnio.tcpip.tcp;

/** Something whose readiness is told at the end of a turn, once. Thread: inside the gate. */
interface Published {
    /** Tells it. What this throws keeps nobody else from being told. */
    void publish();
}
