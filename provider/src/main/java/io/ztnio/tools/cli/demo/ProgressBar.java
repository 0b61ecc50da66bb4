package io.ztnio.tools.cli.demo;

import java.io.PrintWriter;
import java.util.Locale;

/** One line of a terminal that is drawn over and over; silent where there is no terminal. */
final class ProgressBar {
    private static final int WIDTH = 30;

    private final PrintWriter out;
    private final boolean terminal;

    ProgressBar(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void draw(String label, long bytes, long total) {
        if (!terminal || total == 0) {
            return;
        }
        int full = (int) (Math.min(bytes, total) * WIDTH / total);
        out.printf(
                Locale.ROOT,
                "\r%s [%s%s] %5.1f %%",
                label,
                "#".repeat(full),
                " ".repeat(WIDTH - full),
                100.0 * bytes / total);
        out.flush();
    }

    void clear() {
        if (terminal) {
            // Erase to the end of the line.
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
