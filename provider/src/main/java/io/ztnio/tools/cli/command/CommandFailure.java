package io.ztnio.tools.cli.command;

/** A command cannot do what it was asked to; the message is all the user sees. */
public final class CommandFailure extends RuntimeException {
    /** Exit code of a command that failed. */
    public static final int FAILED = 1;

    /** Exit code of a command that was asked for something that cannot be. */
    public static final int WRONG_ARGUMENTS = 2;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    public CommandFailure(String message) {
        this(message, null);
    }

    public CommandFailure(String message, Throwable cause) {
        this(message, cause, FAILED);
    }

    private CommandFailure(String message, Throwable cause, int exitCode) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** A failure whose reason is in the arguments or settings, whatever the state of the world. */
    public static CommandFailure wrongArguments(String message) {
        return new CommandFailure(message, null, WRONG_ARGUMENTS);
    }

    public int exitCode() {
        return exitCode;
    }
}
