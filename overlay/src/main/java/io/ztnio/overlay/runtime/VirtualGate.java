package io.ztnio.overlay.runtime;

import io.ztnio.tcpip.Gate;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/** A gate for one thread: work runs at once, or when the work under way is done. */
final class VirtualGate implements Gate {
    private final ArrayDeque<Task> posted = new ArrayDeque<>();
    private final LongSupplier clock;
    private final Runnable onEntry;
    private boolean inside;

    /** @param onEntry called for each task before it runs */
    VirtualGate(LongSupplier clock, Runnable onEntry) {
        this.clock = clock;
        this.onEntry = onEntry;
    }

    @Override
    public void post(Task task) {
        posted.add(task);
        if (!inside) {
            run(now -> {});
        }
    }

    @Override
    public void run(Task task) {
        if (inside) {
            task.run(clock.getAsLong());
            return;
        }
        inside = true;
        try {
            onEntry.run();
            task.run(clock.getAsLong());
            for (Task next = posted.poll(); next != null; next = posted.poll()) {
                onEntry.run();
                next.run(clock.getAsLong());
            }
        } finally {
            inside = false;
        }
    }
}
