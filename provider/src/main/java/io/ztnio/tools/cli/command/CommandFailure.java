package io.ztnio.tools.cli.command;

/** A command cannot do what it was asked to; the message is all the user sees, and the exit code is 1. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
