import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.ztnio.provider.ZeroTier;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A Netty server of one instance, and clients of another one by the ways of Netty 4.2 and of 4.1. */
public final class NettyRecipe {
    private NettyRecipe() {}

    public static void main(String[] arguments) throws Exception {
        try (ZeroTier server = Overlay.up("10.5.2.1");
                ZeroTier client = Overlay.up("10.5.2.2")) {
            ServerBootstrap serving = server(server).childHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Echo());
                }
            });
            Channel listener = serving.bind(Overlay.address(server), 0).sync().channel();
            InetSocketAddress target = (InetSocketAddress) listener.localAddress();
            System.out.println("4.2 " + call(client(client), target));
            System.out.println("4.1 " + call(olderClient(client), target));
            listener.close().sync();
            serving.config().group().shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
        System.out.println("done");
    }

    private static ServerBootstrap server(ZeroTier zt) {
        return
        new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory(zt.selectorProvider())))
                .channelFactory(() -> new NioServerSocketChannel(zt.selectorProvider()));
    }

    private static Bootstrap client(ZeroTier zt) {
        return
        new Bootstrap()
                .group(new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory(zt.selectorProvider())))
                .channelFactory(() -> new NioSocketChannel(zt.selectorProvider()));
    }

    @SuppressWarnings("deprecation") // In 4.2, which has it still.
    private static Bootstrap olderClient(ZeroTier zt) {
        return
        new Bootstrap()
                .group(new NioEventLoopGroup(0, (Executor) null, zt.selectorProvider()))
                .channelFactory(() -> new NioSocketChannel(zt.selectorProvider()));
    }

    private static String call(Bootstrap client, InetSocketAddress target) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Channel channel = client.handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        ByteBuf bytes = (ByteBuf) message;
                        answer.complete(bytes.toString(StandardCharsets.US_ASCII));
                        bytes.release();
                    }
                })
                .connect(target)
                .sync()
                .channel();
        channel.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII)).sync();
        String text = answer.get(60, TimeUnit.SECONDS);
        channel.close().sync();
        client.config().group().shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        return text;
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }
    }
}
