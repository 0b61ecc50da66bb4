package io.ztnio.tcpip.packetdrill;

/** A script that is not in the language, with where. */
final class ScriptError extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScriptError(int line, int column, String what) {
        super("line " + line + ", column " + column + ": " + what);
    }
}
