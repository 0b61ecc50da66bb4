package io.ztnio.it.load;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Many nodes that say HELLO to a root and ask it for each other. Prints how long it took until the root knew them, and
 * then how many HELLOs and WHOIS it answered, in what time, with at most {@value #WINDOW} unanswered ones at a time.
 *
 * <p>Arguments: file of identities with their secrets in binary form, one behind the other; file of the root's public identity; its
 * IP address and port; number of nodes; prefix of their addresses, of which each has one in a /24 of its own ({@code 66}), or
 * {@code -} for the loopback address; HELLOs, and WHOIS, of each node.
 */
public final class RootLoad {
    static final int WINDOW = 32;

    private static final int IDENTITY_LENGTH = 135;
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(150);

    private RootLoad() {}

    public static void main(String[] args) throws IOException {
        byte[] identities = Files.readAllBytes(Path.of(args[0]));
        Identity root = Identity.parse(Files.readString(Path.of(args[1]), StandardCharsets.US_ASCII))
                .orElseThrow();
        InetSocketAddress address = new InetSocketAddress(args[2], Integer.parseInt(args[3]));
        int count = Integer.parseInt(args[4]);
        try (LoadNodes nodes = new LoadNodes(root.withoutSecret(), address)) {
            List<Identity> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ByteReader reader = new ByteReader(identities);
                reader.skip(i * IDENTITY_LENGTH);
                all.add(Identity.read(reader).orElseThrow());
                String bind = args[5].equals("-") ? "127.0.0.1" : args[5] + "." + (i >> 8) + "." + (i & 0xff) + ".1";
                nodes.add(all.get(i), new InetSocketAddress(bind, 0));
            }
            long start = System.nanoTime();
            int known = nodes.meet(start + MOST_NANOS);
            System.out.println("met " + known + " of " + count + " in " + millisSince(start) + " ms");
            int each = Integer.parseInt(args[6]);
            System.out.println("HELLO " + nodes.ask(each, LoadNodes.Question.HELLO));
            System.out.println("WHOIS " + nodes.ask(each, LoadNodes.Question.WHOIS));
        }
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
