package io.ztnio.it.software.programs;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Netty server that sends back, and clients, on one event loop; that of 4.1. Arguments: the port at the wildcard address,
 * and {@code relay} for one that hands what comes on to this port of whoever sent it, plus one, and back; else the address and
 * port of such a relay. The bytes to it then come back to the own server through the network, and others to it through the
 * loopback interface.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that fails is closed
public final class NettyLoop {
    private static final int LENGTH = 1_000_000;

    private final EventLoopGroup loop;
    private final int port;

    private NettyLoop(EventLoopGroup loop, int port) {
        this.loop = loop;
        this.port = port;
    }

    @SuppressWarnings("deprecation") // in 4.2, and there is no other in 4.1
    public static void main(String[] arguments) throws Exception {
        run(new NioEventLoopGroup(1), arguments);
    }

    static void run(EventLoopGroup loop, String... arguments) throws Exception {
        NettyLoop netty = new NettyLoop(loop, Integer.parseInt(arguments[0]));
        try {
            if (arguments[1].equals("relay")) {
                netty.relay();
            } else {
                netty.callBoth(new InetSocketAddress(arguments[1], Integer.parseInt(arguments[2])));
            }
        } finally {
            loop.shutdownGracefully().sync();
        }
    }

    private void relay() throws Exception {
        listen(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(SocketChannel caller) {
                // Nothing is read before there is somewhere to write it.
                caller.config().setAutoRead(false);
                InetSocketAddress back =
                        new InetSocketAddress(caller.remoteAddress().getAddress(), port + 1);
                Channel other = client(new HandOn(caller)).connect(back).channel();
                caller.pipeline().addLast(new HandOn(other));
            }
        });
        System.out.println("serving");
        System.in.read();
        System.out.println("stopped");
    }

    private void callBoth(InetSocketAddress relay) throws Exception {
        Channel server = listen(new ChannelInboundHandlerAdapter() {
            @Override
            public boolean isSharable() {
                return true;
            }

            @Override
            public void channelActive(ChannelHandlerContext context) {
                InetSocketAddress peer = (InetSocketAddress) context.channel().remoteAddress();
                System.out.println("accepted from " + peer.getAddress().getHostAddress());
            }

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                context.writeAndFlush(message);
            }
        });
        Collected network = new Collected();
        Collected host = new Collected();
        byte[] bytes = Bytes.of(LENGTH);
        Channel far = client(network).connect(relay).sync().channel();
        Channel near = client(host).connect("127.0.0.1", port).sync().channel();
        far.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        near.writeAndFlush(Unpooled.wrappedBuffer(bytes));
        Bytes.expect(bytes, network.all.get(1, TimeUnit.MINUTES));
        Bytes.expect(bytes, host.all.get(1, TimeUnit.MINUTES));
        far.close().sync();
        near.close().sync();
        server.close().sync();
        System.out.println("checked");
    }

    private Channel listen(ChannelHandler child) throws InterruptedException {
        return new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(child)
                .bind(port)
                .sync()
                .channel();
    }

    private Bootstrap client(ChannelHandler handler) {
        return new Bootstrap().group(loop).channel(NioSocketChannel.class).handler(handler);
    }

    /** What comes goes to the other connection, and so does the end. */
    private static final class HandOn extends ChannelInboundHandlerAdapter {
        private final Channel to;

        private HandOn(Channel to) {
            this.to = to;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            to.config().setAutoRead(true);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            to.writeAndFlush(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            to.close();
        }
    }

    private static final class Collected extends SimpleChannelInboundHandler<ByteBuf> {
        private final CompletableFuture<byte[]> all = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) throws Exception {
            message.readBytes(bytes, message.readableBytes());
            if (bytes.size() >= LENGTH) {
                all.complete(bytes.toByteArray());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            all.complete(bytes.toByteArray());
        }
    }
}
