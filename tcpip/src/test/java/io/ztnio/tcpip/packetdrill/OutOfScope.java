package io.ztnio.tcpip.packetdrill;

/** A script that is about something this stack does not have, or about a constant of another one. */
final class OutOfScope extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param feature what, in the words of the documentation */
    OutOfScope(String feature) {
        super(feature);
    }
}
