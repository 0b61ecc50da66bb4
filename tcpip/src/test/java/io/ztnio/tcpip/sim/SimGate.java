package io.ztnio.tcpip.sim;

import io.ztnio.tcpip.Gate;
import java.util.ArrayDeque;

/** A gate for one thread: work runs at once, or when the work under way is done. */
public final class SimGate implements Gate {
    private final ArrayDeque<Task> posted = new ArrayDeque<>();
    private long nowNanos;
    private boolean inside;

    public void nowNanos(long now) {
        nowNanos = now;
    }

    @Override
    public void post(Task task) {
        posted.add(task);
        if (!inside) {
            drain();
        }
    }

    @Override
    public void run(Task task) {
        if (inside) {
            task.run(nowNanos);
            return;
        }
        inside = true;
        try {
            task.run(nowNanos);
        } finally {
            inside = false;
        }
        drain();
    }

    private void drain() {
        inside = true;
        try {
            for (Task task = posted.poll(); task != null; task = posted.poll()) {
                task.run(nowNanos);
            }
        } finally {
            inside = false;
        }
    }
}
