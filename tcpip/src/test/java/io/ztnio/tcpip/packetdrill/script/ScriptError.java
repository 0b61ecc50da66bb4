package io.ztnio.tcpip.packetdrill.script;

/** A script that is not in the language, with where. */
public final class ScriptError extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScriptError(int line, int column, String what) {
        super("line " + line + ", column " + column + ": " + what);
    }
}
