package io.ztnio.tcpip.packetdrill;

/** The stack does another thing than the script says. */
final class Difference extends RuntimeException {
    private static final long serialVersionUID = 1;

    Difference(String what) {
        super(what);
    }
}
