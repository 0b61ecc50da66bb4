package io.ztnio.it.programs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Datagrams that follow from a seed, over both IP versions, between four ports of two hosts. What is sent twice is twice the same
 * but for IPv4's identification. Prints {@code listening} when it has a socket, {@code ready} when it has all, and for each round that a fence ends
 * {@code heard <round> } and a digit for each datagram, 1 if it came. The other side answers a fence with one, before which {@code answered
 * <round> } says by a digit each what an ICMP error, a RST and a SYN with ACK answered, by IPv4 and by IPv6.
 *
 * <p>Standard input: own and the peer's addresses in a line, IPv4 before IPv6; then lines with a round's number, seed and number of datagrams.
 */
public final class Datagrams {
    /** A datagram to this port is a fence: it is behind all others of its round. */
    public static final int FENCE_PORT = 7999;

    /** The first of the ports. */
    public static final int FIRST_PORT = 7001;

    /** How many there are. */
    public static final int PORTS = 4;

    /** Nothing is open there, so that a datagram makes the peer send an ICMP error, and a SYN a RST. */
    public static final int CLOSED_PORT = FIRST_PORT + PORTS;

    private static final int HEADER_BYTES = 12;
    private static final int MOST_BYTES = 1300;

    private Datagrams() {}

    /** What is open for an IP version. */
    private record Sockets(InetAddress own, InetAddress peer, List<DatagramChannel> channels) {
        /** Says that a round of so many datagrams is over, or of none: that its fence has come. */
        void fence(int count, int round) throws IOException {
            ByteBuffer fence = ByteBuffer.allocate(HEADER_BYTES)
                    .putInt(0, count)
                    .putInt(4, count)
                    .putInt(8, round);
            channels.get(PORTS).send(fence, new InetSocketAddress(peer, FENCE_PORT));
        }
    }

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ServerSocketChannel first = ServerSocketChannel.open();
                Selector selector = Selector.open()) {
            first.bind(new InetSocketAddress(FENCE_PORT));
            first.configureBlocking(false);
            first.register(selector, SelectionKey.OP_ACCEPT);
            System.out.println("listening");
            String[] addresses = in.readLine().split(" ", -1);
            List<Sockets> sockets =
                    List.of(open(addresses[0], addresses[2], selector), open(addresses[1], addresses[3], selector));
            Rounds rounds = new Rounds(sockets.get(0));
            Thread listener = new Thread(() -> listen(selector, rounds));
            listener.setDaemon(true);
            listener.start();
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] parts = line.split(" ", -1);
                int round = Integer.parseInt(parts[0]);
                send(sockets, round, Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
                rounds.probing(round, probe(sockets));
                sockets.get(0).fence(Integer.parseInt(parts[2]), round);
            }
        }
    }

    private static Sockets open(String own, String peer, Selector selector) throws IOException {
        List<DatagramChannel> channels = new ArrayList<>();
        for (int i = 0; i <= PORTS; i++) {
            DatagramChannel channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.getByName(own), i == PORTS ? FENCE_PORT : FIRST_PORT + i));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            channels.add(channel);
        }
        return new Sockets(InetAddress.getByName(own), InetAddress.getByName(peer), channels);
    }

    private static void send(List<Sockets> sockets, int round, long seed, int count) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            Sockets version = sockets.get(random.nextInt(sockets.size()));
            DatagramChannel channel = version.channels().get(random.nextInt(PORTS));
            channel.setOption(StandardSocketOptions.IP_TOS, random.nextInt(64) << 2);
            byte[] bytes = new byte[HEADER_BYTES + random.nextInt(MOST_BYTES)];
            random.nextBytes(bytes);
            ByteBuffer datagram = ByteBuffer.wrap(bytes).putInt(0, i).putInt(4, count);
            // The last of the header is not the same twice, and no rule is asked for it.
            datagram.putInt(8, round);
            channel.send(datagram, new InetSocketAddress(version.peer(), FIRST_PORT + random.nextInt(PORTS)));
        }
    }

    /** By each version a datagram and a SYN to where nothing is open, and a SYN to where something is. */
    private static List<SelectableChannel> probe(List<Sockets> sockets) throws IOException {
        List<SelectableChannel> probes = new ArrayList<>();
        for (Sockets version : sockets) {
            DatagramChannel datagram = DatagramChannel.open();
            datagram.bind(new InetSocketAddress(version.own(), 0));
            datagram.configureBlocking(false);
            datagram.connect(new InetSocketAddress(version.peer(), CLOSED_PORT));
            datagram.write(ByteBuffer.allocate(HEADER_BYTES));
            probes.add(datagram);
            for (int port : new int[] {CLOSED_PORT, FENCE_PORT}) {
                SocketChannel stream = SocketChannel.open();
                stream.bind(new InetSocketAddress(version.own(), 0));
                stream.configureBlocking(false);
                try {
                    stream.connect(new InetSocketAddress(version.peer(), port));
                } catch (ConnectException refused) {
                    // The RST was faster than the call, which has closed the channel: a failure later too.
                    stream.close();
                }
                probes.add(stream);
            }
        }
        return probes;
    }

    /** Whether it was answered, by whatever. */
    private static boolean isAnswered(SelectableChannel probe) {
        try {
            return probe instanceof SocketChannel stream
                    ? stream.finishConnect()
                    : ((DatagramChannel) probe).read(ByteBuffer.allocate(HEADER_BYTES)) != 0;
        } catch (IOException refused) {
            return true;
        }
    }

    private static void listen(Selector selector, Rounds rounds) {
        ByteBuffer buffer = ByteBuffer.allocate(2 * MOST_BYTES);
        try {
            while (true) {
                selector.select(key -> {
                    try {
                        if (key.isAcceptable()) {
                            ((ServerSocketChannel) key.channel()).accept().close();
                            return;
                        }
                        DatagramChannel channel = (DatagramChannel) key.channel();
                        while (channel.receive(buffer.clear()) != null) {
                            rounds.note(buffer);
                        }
                    } catch (IOException e) {
                        System.out.println("failed: " + e);
                    }
                });
                rounds.end();
            }
        } catch (IOException e) {
            System.out.println("failed: " + e);
        }
    }

    /** What is known of rounds. Thread: the one that listens, but for {@link #probing}. */
    private static final class Rounds {
        private final Sockets fences;
        private final Map<Integer, boolean[]> heard = new HashMap<>();
        private final Map<Integer, List<SelectableChannel>> probes = new ConcurrentHashMap<>();
        private final List<Integer> ended = new ArrayList<>();
        private final List<Integer> answered = new ArrayList<>();

        Rounds(Sockets fences) {
            this.fences = fences;
        }

        void probing(int round, List<SelectableChannel> channels) {
            probes.put(round, channels);
        }

        void note(ByteBuffer datagram) {
            int index = datagram.getInt(0);
            int count = datagram.getInt(4);
            int round = datagram.getInt(8);
            if (count == 0) {
                answered.add(round);
                return;
            }
            boolean[] digits = heard.computeIfAbsent(round, number -> new boolean[count]);
            if (index < count) {
                digits[index] = true;
            } else {
                ended.add(round);
            }
        }

        /** What came before a fence may have been read behind it. */
        void end() throws IOException {
            for (int round : ended) {
                System.out.println("heard " + round + " " + text(heard.remove(round)));
                fences.fence(0, round);
            }
            ended.clear();
            for (int round : answered) {
                List<SelectableChannel> channels = probes.remove(round);
                boolean[] digits = new boolean[channels.size()];
                for (int i = 0; i < digits.length; i++) {
                    digits[i] = isAnswered(channels.get(i));
                    channels.get(i).close();
                }
                System.out.println("answered " + round + " " + text(digits));
            }
            answered.clear();
        }
    }

    private static String text(boolean[] heard) {
        StringBuilder text = new StringBuilder();
        for (boolean one : heard) {
            text.append(one ? '1' : '0');
        }
        return text.toString();
    }
}
