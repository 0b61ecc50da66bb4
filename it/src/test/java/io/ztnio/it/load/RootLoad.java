package io.ztnio.it.load;

import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.wire.ByteReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Many nodes that say HELLO to a root and ask it for each other. Prints how long it took until the root knew them, and
 * then how many HELLOs and WHOIS it answered, in what time, with at most {@value #WINDOW} unanswered ones at a time; and of what
 * processor time of its process, if that is known, and of ours.
 *
 * <p>The first questions find a root that has just started, and which is a JVM. A root lives for months, so as many others, after
 * which nobody asks, are answered before those of the second measurement.
 *
 * <p>Arguments: file of identities with their secrets in binary form, one behind the other; file of the root's public identity; its
 * IP address and port; number of nodes; prefix of their addresses, of which each has one in a /24 of its own ({@code 66}), or
 * {@code -} for the loopback address; HELLOs, and WHOIS, of each node at first; later; process ID of the root, or {@code -}.
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
            Processor processor = new Processor(args[8]);
            int first = Integer.parseInt(args[6]);
            for (LoadNodes.Question question : LoadNodes.Question.values()) {
                System.out.println(question + ", the first: " + processor.over(nodes, first, question));
            }
            int later = Integer.parseInt(args[7]);
            if (later > 0) {
                for (LoadNodes.Question question : LoadNodes.Question.values()) {
                    nodes.ask(later, question);
                    System.out.println(question + ", later: " + processor.over(nodes, later, question));
                }
            }
        }
    }

    /** What the questions cost, in processor time. */
    private record Processor(String root) {
        String over(LoadNodes nodes, int each, LoadNodes.Question question) throws IOException {
            long root = rootMillis();
            long own = millis(ProcessHandle.current());
            String text = nodes.ask(each, question);
            return text + "; processor time: root " + (rootMillis() - root) + " ms, nodes "
                    + (millis(ProcessHandle.current()) - own) + " ms";
        }

        private long rootMillis() {
            return root.equals("-")
                    ? 0
                    : ProcessHandle.of(Long.parseLong(root))
                            .map(Processor::millis)
                            .orElse(0L);
        }

        private static long millis(ProcessHandle process) {
            return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
        }
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
