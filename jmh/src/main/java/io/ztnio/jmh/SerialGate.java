package io.ztnio.jmh;

import io.ztnio.tcpip.Gate;
import java.util.ArrayDeque;

/** A gate for one thread, on virtual time. */
final class SerialGate implements Gate {
    private final ArrayDeque<Task> posted = new ArrayDeque<>();
    private long nowNanos;
    private boolean inside;

    void nowNanos(long now) {
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
        task.run(nowNanos);
        drain();
    }

    private void drain() {
        inside = true;
        for (Task task = posted.poll(); task != null; task = posted.poll()) {
            task.run(nowNanos);
        }
        inside = false;
    }
}
