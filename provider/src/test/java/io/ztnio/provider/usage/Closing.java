package io.ztnio.provider.usage;

import java.io.Closeable;
import java.io.IOException;

/** Steps after which nothing stays open that is of no use. */
final class Closing {
    private Closing() {}

    /** Something that may fail. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    static void onFailure(Closeable opened, Step step) throws IOException {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            try (opened) {
                throw e;
            }
        }
    }
}
