package io.ztnio.it.programs;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** An agent that uses a channel before anybody else can say whose it is. */
public final class EarlyAgent {
    private EarlyAgent() {}

    public static void premain(String options) throws IOException {
        SocketChannel.open().close();
    }
}
