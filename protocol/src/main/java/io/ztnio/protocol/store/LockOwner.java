package io.ztnio.protocol.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The process that a lock file names as its owner. A process id alone does not do: it is given out again when its process is
 * gone, in containers soon and always the same ones, so that the time of the start counts too. Immutable.
 *
 * @param startMillis when the process started, in ms since 1970, or 0 if the operating system does not say
 */
record LockOwner(long pid, long startMillis) {
    private static final Pattern LINE = Pattern.compile("(\\d{1,10}) (\\d{1,15})\\s*");
    private static final int MOST_BYTES = 64;

    /** The JDK computes it from the time of the boot, which moves when the clock is set. */
    private static final long TOLERANCE_MILLIS = 2000;

    static LockOwner current() {
        ProcessHandle process = ProcessHandle.current();
        return new LockOwner(process.pid(), startMillis(process));
    }

    /** Empty if the file names none, or holds something else. */
    static Optional<LockOwner> read(FileChannel file) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MOST_BYTES);
        while (text.hasRemaining() && file.read(text, text.position()) > 0) {
            // To the end of the file.
        }
        Matcher line = LINE.matcher(StandardCharsets.US_ASCII.decode(text.flip()));
        return line.matches()
                ? Optional.of(new LockOwner(Long.parseLong(line.group(1)), Long.parseLong(line.group(2))))
                : Optional.empty();
    }

    void write(FileChannel file) throws IOException {
        erase(file);
        ByteBuffer text = StandardCharsets.US_ASCII.encode(pid + " " + startMillis + "\n");
        while (text.hasRemaining()) {
            file.write(text, text.position());
        }
    }

    static void erase(FileChannel file) throws IOException {
        file.truncate(0);
    }

    /** Whether it is another process than this one and is alive: not one that has got its id since. */
    boolean isAnotherThatLives() {
        if (pid == ProcessHandle.current().pid()) {
            return false;
        }
        long start = ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(LockOwner::startMillis)
                .orElse(0L);
        return start != 0 && startMillis != 0 && Math.abs(start - startMillis) <= TOLERANCE_MILLIS;
    }

    private static long startMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
