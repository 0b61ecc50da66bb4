package io.ztnio.it.programs;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks Netty for its epoll transport, prints {@code available <true or false>} and stays for a minute. No arguments. */
public final class NettyEpoll {
    private NettyEpoll() {}

    public static void main(String[] args) throws ReflectiveOperationException, InterruptedException {
        Object available = Class.forName("io.netty.channel.epoll.Epoll")
                .getMethod("isAvailable")
                .invoke(null);
        System.out.println("available " + available);
        new CountDownLatch(1).await(1, TimeUnit.MINUTES);
    }
}
