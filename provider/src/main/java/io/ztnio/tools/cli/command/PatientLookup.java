package io.ztnio.tools.cli.command;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks a name up again and again while it is not known: what gives it its address may start later. Stateless. */
public final class PatientLookup {
    private static final long AGAIN_MILLIS = 250;

    private PatientLookup() {}

    /** A single look. */
    @FunctionalInterface
    public interface Lookup<T> {
        /**
         * What the name stands for now.
         *
         * @throws UnknownHostException or a {@link CommandFailure} because of one, if it is not known
         */
        T look() throws IOException;
    }

    /**
     * The first answer within {@code timeout}; it looks once at least.
     *
     * @param progress is told once that there is something to wait for, and why
     * @throws CommandFailure with the last reason
     */
    public static <T> T await(Duration timeout, Consumer<String> progress, Lookup<T> lookup)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean said = false;
        while (true) {
            CommandFailure unknown;
            try {
                return lookup.look();
            } catch (UnknownHostException e) {
                unknown = new CommandFailure(e.getMessage() + ": unknown host", e);
            } catch (CommandFailure e) {
                if (!(e.getCause() instanceof UnknownHostException)) {
                    throw e;
                }
                unknown = e;
            }
            if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS) - deadline >= 0) {
                // There is no time left to look again.
                throw unknown;
            }
            if (!said) {
                said = true;
                progress.accept("waiting up to " + timeout.toSeconds() + " s: " + unknown.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
    }
}
