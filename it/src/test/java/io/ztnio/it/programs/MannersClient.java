package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.SplittableRandom;
import jdk.net.ExtendedSocketOptions;

/**
 * What a program sees of TCP and UDP, from connecting to resets, as one line for each case: the same lines whatever stack is
 * below, or the stacks differ. Needs {@link MannersServer}.
 *
 * <p>Arguments: the server's address, its port.
 */
public final class MannersClient {
    /** Printed when nothing of the server is to arrive any more. */
    public static final String CUT = "cut the path now";

    private static final int MEGABYTE = 1 << 20;
    private static final int MANY = 50;

    private final InetSocketAddress server;

    private MannersClient(InetSocketAddress server) {
        this.server = server;
    }

    public static void main(String[] args) throws IOException {
        MannersClient client = new MannersClient(new InetSocketAddress(args[0], Integer.parseInt(args[1])));
        client.report("addresses", client::addresses);
        client.report("echo", client::echo);
        client.report("half-close", client::halfClose);
        client.report("refused", client::refused);
        client.report("closed by peer", client::closedByPeer);
        client.report("write after close by peer", client::writeAfterClose);
        client.report("reset by peer", () -> readAfter(client.open(MannersServer.RESET)));
        client.report("unread data at close", client::unreadAtClose);
        client.report("zero window", client::zeroWindow);
        client.report("read timeout", client::readTimeout);
        client.report("shutdown of input", client::shutdownInput);
        client.report("many at once", client::many);
        client.report("datagrams", client::datagrams);
        client.report("datagram to nobody", client::datagramToNobody);
        client.report("datagram too long", client::datagramTooLong);
        client.report("keepalive options", client::keepAliveOptions);
        client.report("keepalive of an idle connection", client::idle);
        client.report("keepalive of a lost connection", client::lost);
    }

    private interface Case {
        Object run() throws IOException;
    }

    private void report(String name, Case work) {
        Object outcome;
        try {
            outcome = work.run();
        } catch (IOException | RuntimeException e) {
            outcome = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        System.out.println(name + ": " + outcome);
    }

    private SocketChannel open(byte wish) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.write(ByteBuffer.wrap(new byte[] {wish}));
        return channel;
    }

    private Object addresses() throws IOException {
        try (SocketChannel channel = open(MannersServer.CLOSE)) {
            InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
            return channel.getRemoteAddress().equals(server)
                    && !local.getAddress().isAnyLocalAddress()
                    && local.getPort() > 0;
        }
    }

    private Object echo() throws IOException {
        byte[] sent = new byte[MEGABYTE];
        new SplittableRandom(1).nextBytes(sent);
        ByteBuffer received = ByteBuffer.allocate(MEGABYTE + 1);
        try (SocketChannel channel = open(MannersServer.ECHO)) {
            channel.configureBlocking(false);
            ByteBuffer source = ByteBuffer.wrap(sent);
            while (source.hasRemaining()) {
                channel.write(source);
                channel.read(received);
            }
            channel.shutdownOutput();
            channel.configureBlocking(true);
            while (channel.read(received) >= 0) {
                // Until the end.
            }
        }
        return Arrays.equals(sent, Arrays.copyOf(received.array(), received.position()));
    }

    private Object halfClose() throws IOException {
        try (SocketChannel channel = open(MannersServer.ANSWER_AT_END)) {
            channel.write(ByteBuffer.allocate(MEGABYTE));
            channel.shutdownOutput();
            return "peer counted " + answer(channel) + ", then " + channel.read(ByteBuffer.allocate(1));
        }
    }

    private Object refused() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.connect(new InetSocketAddress(server.getAddress(), server.getPort() + 1));
            return "connected";
        }
    }

    private Object closedByPeer() throws IOException {
        try (SocketChannel channel = open(MannersServer.CLOSE)) {
            int first = channel.read(ByteBuffer.allocate(1));
            return first + " " + channel.read(ByteBuffer.allocate(1));
        }
    }

    /** The first write after the peer's close still goes; the RST that it earns ends the connection. */
    private Object writeAfterClose() throws IOException {
        try (SocketChannel channel = open(MannersServer.CLOSE)) {
            channel.read(ByteBuffer.allocate(1));
            channel.configureBlocking(false);
            while (true) {
                channel.write(ByteBuffer.allocate(1));
                Thread.onSpinWait();
            }
        }
    }

    private static Object readAfter(SocketChannel connected) throws IOException {
        try (SocketChannel channel = connected) {
            return channel.read(ByteBuffer.allocate(1));
        }
    }

    private Object unreadAtClose() throws IOException {
        try (SocketChannel channel = open(MannersServer.CLOSE_UNREAD)) {
            channel.write(ByteBuffer.allocate(1000));
            return channel.read(ByteBuffer.allocate(1));
        }
    }

    /** The peer reads nothing until everything is full, and all of it in the end. */
    private Object zeroWindow() throws IOException {
        try (SocketChannel channel = open(MannersServer.READ_LATER)) {
            channel.configureBlocking(false);
            long written = 0;
            for (int full = 0; full < 1000; ) {
                int n = channel.write(ByteBuffer.allocate(MEGABYTE));
                written += n;
                full = n == 0 ? full + 1 : 0;
                Thread.onSpinWait();
            }
            open(MannersServer.READ_NOW).close();
            channel.configureBlocking(true);
            written += channel.write(ByteBuffer.allocate(MEGABYTE));
            channel.shutdownOutput();
            return answer(channel) == written;
        }
    }

    private Object readTimeout() throws IOException {
        try (SocketChannel channel = open(MannersServer.ECHO)) {
            Socket socket = channel.socket();
            socket.setSoTimeout(50);
            String first;
            try {
                first = "" + socket.getInputStream().read();
            } catch (IOException e) {
                first = e.getClass().getSimpleName() + ": " + e.getMessage();
            }
            socket.setSoTimeout(0);
            socket.getOutputStream().write(7);
            return first + ", then " + socket.getInputStream().read();
        }
    }

    private Object shutdownInput() throws IOException {
        try (SocketChannel channel = open(MannersServer.ECHO)) {
            channel.shutdownInput();
            return channel.read(ByteBuffer.allocate(1));
        }
    }

    private Object many() throws IOException {
        SocketChannel[] channels = new SocketChannel[MANY];
        for (int i = 0; i < MANY; i++) {
            channels[i] = open(MannersServer.ECHO);
        }
        int right = 0;
        for (int i = 0; i < MANY; i++) {
            try (SocketChannel channel = channels[i]) {
                channel.write(ByteBuffer.wrap(new byte[] {(byte) i}));
                ByteBuffer echoed = ByteBuffer.allocate(1);
                channel.read(echoed);
                right += echoed.get(0) == (byte) i ? 1 : 0;
            }
        }
        return right;
    }

    private Object datagrams() throws IOException {
        StringBuilder lengths = new StringBuilder();
        try (DatagramChannel channel = DatagramChannel.open().connect(server)) {
            for (int length : new int[] {1, 1400, 2772, 8000, 60_000}) {
                channel.write(ByteBuffer.allocate(length));
                lengths.append(channel.read(ByteBuffer.allocate(65_536))).append(' ');
            }
        }
        return lengths.toString().strip();
    }

    private Object datagramToNobody() throws IOException {
        try (DatagramChannel channel =
                DatagramChannel.open().connect(new InetSocketAddress(server.getAddress(), server.getPort() + 1))) {
            channel.write(ByteBuffer.allocate(1));
            return channel.read(ByteBuffer.allocate(1));
        }
    }

    private Object datagramTooLong() throws IOException {
        try (DatagramChannel channel = DatagramChannel.open().connect(server)) {
            return channel.write(ByteBuffer.allocate(65_530));
        }
    }

    private Object keepAliveOptions() throws IOException {
        try (SocketChannel channel = open(MannersServer.ECHO)) {
            String before = keepAlive(channel);
            shortKeepAlive(channel);
            String refused = "taken";
            try {
                channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 0);
            } catch (IOException | RuntimeException e) {
                refused = e.getClass().getSimpleName() + ' ' + e.getMessage();
            }
            return before + ", then " + keepAlive(channel) + ", 0 is " + refused;
        }
    }

    /** Nobody says anything for longer than an unanswered keepalive would take. */
    private Object idle() throws IOException {
        try (SocketChannel channel = open(MannersServer.ECHO)) {
            shortKeepAlive(channel);
            Socket socket = channel.socket();
            socket.setSoTimeout(6000);
            String first;
            try {
                first = "" + socket.getInputStream().read();
            } catch (IOException e) {
                first = e.getClass().getSimpleName();
            }
            socket.getOutputStream().write(7);
            return first + ", then " + socket.getInputStream().read();
        }
    }

    /** Who started this cuts the path to the server when it reads {@link #CUT}. */
    private Object lost() throws IOException {
        try (SocketChannel channel = open(MannersServer.ECHO)) {
            shortKeepAlive(channel);
            channel.write(ByteBuffer.allocate(1));
            channel.read(ByteBuffer.allocate(1));
            long start = System.nanoTime();
            System.out.println(CUT);
            String outcome;
            try {
                outcome = "" + channel.read(ByteBuffer.allocate(1));
            } catch (IOException e) {
                outcome = e.getClass().getSimpleName() + ' ' + e.getMessage();
            }
            long seconds = (System.nanoTime() - start) / 1_000_000_000L;
            String again;
            try {
                again = "" + channel.read(ByteBuffer.allocate(1));
            } catch (IOException e) {
                again = e.getClass().getSimpleName() + ' ' + e.getMessage();
            }
            String written;
            try {
                written = "" + channel.write(ByteBuffer.allocate(1));
            } catch (IOException e) {
                written = e.getClass().getSimpleName() + ' ' + e.getMessage();
            }
            return outcome + (seconds >= 3 && seconds < 20 ? " in time" : " after " + seconds + " s") + ", then "
                    + again + ", written " + written;
        }
    }

    /** One second idle, then three probes of one second. */
    private static void shortKeepAlive(SocketChannel channel) throws IOException {
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 1);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 1);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    }

    private static String keepAlive(SocketChannel channel) throws IOException {
        return channel.getOption(StandardSocketOptions.SO_KEEPALIVE)
                + " " + channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)
                + " " + channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)
                + " " + channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT);
    }

    private static long answer(SocketChannel channel) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(Long.BYTES);
        while (answer.hasRemaining() && channel.read(answer) >= 0) {
            // Until all of it is there.
        }
        return answer.flip().remaining() == Long.BYTES ? answer.getLong() : -1;
    }
}
