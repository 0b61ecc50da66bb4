package io.ztnio.it.programs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Datagrams that follow from a seed, over both IP versions, between four ports of two hosts. What is sent twice is twice the same
 * but for IPv4's identification. Prints {@code listening} when it has a socket, {@code ready} when it has all, and for each round that a fence ends
 * {@code heard <round> } and a digit for each datagram, 1 if it came.
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

    private static final int HEADER_BYTES = 12;
    private static final int MOST_BYTES = 1300;

    private Datagrams() {}

    /** What is open for an IP version. */
    private record Sockets(InetAddress peer, List<DatagramChannel> channels) {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ServerSocketChannel first = ServerSocketChannel.open();
                Selector selector = Selector.open()) {
            first.bind(new InetSocketAddress(FENCE_PORT));
            System.out.println("listening");
            String[] addresses = in.readLine().split(" ", -1);
            List<Sockets> sockets =
                    List.of(open(addresses[0], addresses[2], selector), open(addresses[1], addresses[3], selector));
            Thread listener = new Thread(() -> listen(selector));
            listener.setDaemon(true);
            listener.start();
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] parts = line.split(" ", -1);
                send(sockets, Integer.parseInt(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
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
        return new Sockets(InetAddress.getByName(peer), channels);
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
        Sockets first = sockets.get(0);
        ByteBuffer fence = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(0, count)
                .putInt(4, count)
                .putInt(8, round);
        first.channels().get(PORTS).send(fence, new InetSocketAddress(first.peer(), FENCE_PORT));
    }

    private static void listen(Selector selector) {
        Map<Integer, boolean[]> rounds = new HashMap<>();
        ByteBuffer buffer = ByteBuffer.allocate(2 * MOST_BYTES);
        try {
            while (true) {
                List<Integer> ended = new ArrayList<>();
                selector.select(key -> {
                    try {
                        DatagramChannel channel = (DatagramChannel) key.channel();
                        while (channel.receive(buffer.clear()) != null) {
                            note(rounds, buffer, ended);
                        }
                    } catch (IOException e) {
                        System.out.println("failed: " + e);
                    }
                });
                // What came before the fence may have been read behind it.
                for (int round : ended) {
                    System.out.println("heard " + round + " " + text(rounds.remove(round)));
                }
            }
        } catch (IOException e) {
            System.out.println("failed: " + e);
        }
    }

    private static void note(Map<Integer, boolean[]> rounds, ByteBuffer datagram, List<Integer> ended) {
        int index = datagram.getInt(0);
        int count = datagram.getInt(4);
        int round = datagram.getInt(8);
        boolean[] heard = rounds.computeIfAbsent(round, number -> new boolean[count]);
        if (index < count) {
            heard[index] = true;
        } else {
            ended.add(round);
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
