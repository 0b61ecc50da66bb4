package io.ztnio.jmh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code java.net} on loopback: what the agent costs a socket of the operating system. Run it without and with {@code
 * -jvmArgsAppend -javaagent:ztnio.jar}, alone and with a network behind it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(3)
public class SocketBenchmark {
    private static final int SIZE = 64;

    private final byte[] message = new byte[SIZE];
    private ServerSocket listener;
    private Socket client;
    private Socket server;
    private InputStream input;
    private OutputStream output;

    @Setup
    public void connect() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        listener = new ServerSocket(0, 50, loopback);
        client = new Socket(loopback, listener.getLocalPort());
        server = listener.accept();
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        input = client.getInputStream();
        output = client.getOutputStream();
        Thread echo = new Thread(this::echo, "echo");
        echo.setDaemon(true);
        echo.start();
    }

    private void echo() {
        try {
            server.getInputStream().transferTo(server.getOutputStream());
        } catch (IOException e) {
            System.getLogger("io.ztnio.jmh").log(System.Logger.Level.DEBUG, "the echo has ended", e);
        }
    }

    /** A message and its answer. */
    @Benchmark
    public int pingPong() throws IOException {
        output.write(message);
        return input.readNBytes(message, 0, SIZE);
    }

    /** A connection, both of its ends and their closes. */
    @Benchmark
    public int connectAndAccept() throws IOException {
        try (Socket one = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket other = listener.accept()) {
            return one.getLocalPort() + other.getLocalPort();
        }
    }

    @TearDown
    public void close() throws IOException {
        client.close();
        server.close();
        listener.close();
    }
}
