package io.ztnio.it.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A flood of HELLOs for measuring by hand, from addresses 66.a.b.1 that the namespace must have; the figures of
 * docs/security.md are from it.
 *
 * <p>Arguments: file of an identity with its secret, file of the victim's public identity, the victim's IP address and port, HELLOs
 * a second, seconds, number of addresses.
 */
public final class HelloFlood {
    private HelloFlood() {}

    public static void main(String[] args) throws IOException {
        int perSecond = Integer.parseInt(args[4]);
        InetSocketAddress[] bind = new InetSocketAddress[Integer.parseInt(args[6])];
        for (int i = 0; i < bind.length; i++) {
            bind[i] = new InetSocketAddress("66." + (i >>> 8) + "." + (i & 0xff) + ".1", 0);
        }
        InetSocketAddress target = new InetSocketAddress(args[2], Integer.parseInt(args[3]));
        try (HostileNode attacker = new HostileNode(Path.of(args[0]), Path.of(args[1]), target, bind)) {
            long start = System.nanoTime();
            long total = (long) perSecond * Integer.parseInt(args[5]);
            while (attacker.sent() < total) {
                attacker.unearnedHello();
                long due = start + attacker.sent() * (TimeUnit.SECONDS.toNanos(1) / perSecond);
                long left = due - System.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(left);
                }
            }
            System.out.println(
                    attacker.sent() + " in " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
        }
    }
}
