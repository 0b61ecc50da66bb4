package io.ztnio.provider.cli.node;

import java.io.IOException;
import java.util.function.Consumer;

/** Runs the node of the {@code node} command; found with {@code java.util.ServiceLoader}. */
public interface NodeRunner {
    /**
     * Runs a node until the calling thread is interrupted or the process is told to end.
     *
     * @param events receives a line for whatever a person in front of the terminal wants to know: online, joined ...
     * @throws IOException if the node cannot start
     */
    void run(NodeSettings settings, Consumer<String> events) throws IOException, InterruptedException;
}
