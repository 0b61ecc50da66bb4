/**
 * The command line: {@code java -jar ztnio.jar COMMAND}.
 *
 * <p>Thread: each command runs on the main thread unless it says otherwise. A command ends with an exit code; what goes
 * wrong is one line on the error stream, thrown as {@link io.ztnio.tools.cli.command.CommandFailure} or an
 * {@code IOException}.
 */
package io.ztnio.tools.cli;
