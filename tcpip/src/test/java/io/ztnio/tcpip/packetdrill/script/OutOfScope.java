package io.ztnio.tcpip.packetdrill.script;

/** A script that is about something this stack does not have, or about a constant of another one. */
public final class OutOfScope extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param feature what, in the words of the documentation */
    public OutOfScope(String feature) {
        super(feature);
    }
}
