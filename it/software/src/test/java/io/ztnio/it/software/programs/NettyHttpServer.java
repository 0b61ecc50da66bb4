package io.ztnio.it.software.programs;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** An HTTP server on Netty, with the event loops of 4.1. Arguments: those of {@link HttpService}. */
public final class NettyHttpServer {
    private static final int LARGEST_BODY = 16 << 20;

    private NettyHttpServer() {}

    @SuppressWarnings("deprecation") // in 4.2, and there is no other in 4.1
    public static void main(String[] arguments) throws Exception {
        serve(HttpService.of(arguments), new NioEventLoopGroup(1), new NioEventLoopGroup(2));
    }

    static void serve(HttpService service, EventLoopGroup accepting, EventLoopGroup serving) throws Exception {
        SslContext tls =
                SslContextBuilder.forServer(Tls.keys(service.keyStore())).build();
        ServerBootstrap plain = bootstrap(accepting, serving, null);
        plain.bind(service.address(), service.port()).sync();
        bootstrap(accepting, serving, tls)
                .bind(service.address(), service.tlsPort())
                .sync();
        plain.bind(service.wildcardPort()).sync();
        service.serving();
        accepting.shutdownGracefully().sync();
        serving.shutdownGracefully().sync();
        service.stopped();
    }

    private static ServerBootstrap bootstrap(EventLoopGroup accepting, EventLoopGroup serving, SslContext tls) {
        return new ServerBootstrap()
                .group(accepting, serving)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        ChannelPipeline pipeline = channel.pipeline();
                        if (tls != null) {
                            pipeline.addLast(tls.newHandler(channel.alloc()));
                        }
                        pipeline.addLast(
                                new HttpServerCodec(),
                                new HttpServerKeepAliveHandler(),
                                new HttpObjectAggregator(LARGEST_BODY),
                                new Answers());
                    }
                });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a channel that fails is closed
    private static final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            SocketAddress peer = context.channel().remoteAddress();
            byte[] body = ByteBufUtil.getBytes(request.content());
            byte[] answer = HttpService.answer(request.uri(), body, (InetSocketAddress) peer);
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(answer));
            HttpUtil.setContentLength(response, answer.length);
            context.writeAndFlush(response);
        }
    }
}
