package io.ztnio.tcpip.packetdrill;

import java.io.IOException;
import java.util.Optional;

/** A system call under way: tried until it has a result. */
@FunctionalInterface
interface SystemCall {
    /** What it returns. */
    record Result(long value, Optional<String> error) {
        static final Result DONE = new Result(0, Optional.empty());

        static Result of(long value) {
            return new Result(value, Optional.empty());
        }

        static Result failure(String error) {
            return new Result(-1, Optional.of(error));
        }

        @Override
        public String toString() {
            return value + error.map(name -> " " + name).orElse("");
        }
    }

    /**
     * Goes on with it.
     *
     * @return the result, or {@code null} while it would block
     * @throws IOException what it fails with
     */
    Result attempt() throws IOException;
}
