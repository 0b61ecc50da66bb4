package io.ztnio.tools.cli.network;

import io.ztnio.provider.contract.Background;
import io.ztnio.tools.cli.Main;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command line that runs in this JVM on a thread of its own, whose output can be waited for. */
final class LiveCommand implements AutoCloseable {
    private final ReentrantLock turn = new ReentrantLock();
    private final Condition changed = turn.newCondition();
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder err = new StringBuilder();
    private boolean ended;
    private Background<Integer> running;

    static LiveCommand start(List<String> options, String... command) throws InterruptedException {
        LiveCommand live = new LiveCommand();
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(options);
        live.running = Background.start(() -> {
            try {
                return Main.run(
                        new PrintWriter(live.new Sink(live.out), true),
                        new PrintWriter(live.new Sink(live.err), true),
                        arguments.toArray(String[]::new));
            } finally {
                live.end();
            }
        });
        return live;
    }

    private void end() {
        turn.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            turn.unlock();
        }
    }

    /** Waits for output; an assertion error with all that was said if the command ends without it. */
    Matcher await(String pattern) throws InterruptedException {
        return await(out, pattern);
    }

    Matcher awaitProgress(String pattern) throws InterruptedException {
        return await(err, pattern);
    }

    private Matcher await(StringBuilder stream, String pattern) throws InterruptedException {
        Pattern compiled = Pattern.compile(pattern);
        turn.lock();
        try {
            while (true) {
                Matcher matcher = compiled.matcher(stream.toString());
                if (matcher.find()) {
                    return matcher;
                }
                if (ended) {
                    throw new AssertionError("ended without '" + pattern + "':\n" + out + "\n" + err);
                }
                changed.await();
            }
        } finally {
            turn.unlock();
        }
    }

    String out() {
        turn.lock();
        try {
            return out.toString();
        } finally {
            turn.unlock();
        }
    }

    String err() {
        turn.lock();
        try {
            return err.toString();
        } finally {
            turn.unlock();
        }
    }

    boolean isRunning() {
        turn.lock();
        try {
            return !ended;
        } finally {
            turn.unlock();
        }
    }

    int exitCode() throws Exception {
        return running.get();
    }

    /** Ends it as SIGINT would. */
    int interrupt() throws Exception {
        running.interrupt();
        return running.get();
    }

    @Override
    public void close() {
        running.interrupt();
        turn.lock();
        try {
            while (!ended) {
                changed.awaitUninterruptibly();
            }
        } finally {
            turn.unlock();
        }
    }

    private final class Sink extends Writer {
        private final StringBuilder text;

        Sink(StringBuilder text) {
            this.text = text;
        }

        @Override
        public void write(char[] characters, int offset, int length) {
            turn.lock();
            try {
                text.append(characters, offset, length);
                changed.signalAll();
            } finally {
                turn.unlock();
            }
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Stays readable.
        }
    }
}
