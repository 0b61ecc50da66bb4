package io.ztnio.it.software.programs;

import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;

/** The same with the event loops of Netty 4.2. Arguments: those of {@link HttpService}. */
public final class Netty42HttpServer {
    private Netty42HttpServer() {}

    public static void main(String[] arguments) throws Exception {
        NettyHttpServer.serve(
                HttpService.of(arguments),
                new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()),
                new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()));
    }
}
