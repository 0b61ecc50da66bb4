package io.ztnio.it.software.programs;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;

/** {@link NettyLoop} with the event loop of Netty 4.2, and its arguments. */
public final class Netty42Loop {
    private Netty42Loop() {}

    public static void main(String[] arguments) throws Exception {
        NettyLoop.run(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()), arguments);
    }
}
