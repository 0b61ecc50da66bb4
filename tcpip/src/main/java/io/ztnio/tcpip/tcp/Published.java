package io.ztnio.tcpip.tcp;

/** Something whose readiness is told at the end of a turn, once. Thread: inside the gate. */
interface Published {
    void publish();
}
