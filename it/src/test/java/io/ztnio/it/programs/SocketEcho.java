package io.ztnio.it.programs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;

/**
 * An echo over {@code java.net}. Arguments: {@code serve PORT}, on the wildcard address, one connection; or {@code call
 * ADDRESS PORT BYTES}, which prints {@code echoed BYTES}.
 */
public final class SocketEcho {
    private SocketEcho() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            serve(Integer.parseInt(args[1]));
        } else {
            call(InetAddress.getByName(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        }
    }

    private static void serve(int port) throws IOException {
        try (ServerSocket listener = new ServerSocket(port)) {
            System.out.println("listening on " + listener.getLocalPort());
            try (Socket socket = listener.accept()) {
                socket.getInputStream().transferTo(socket.getOutputStream());
                socket.shutdownOutput();
                System.out.println("echoed for " + socket.getInetAddress().getHostAddress());
            }
        }
    }

    private static void call(InetAddress address, int port, int size) throws Exception {
        byte[] data = new byte[size];
        new Random(7).nextBytes(data);
        try (Socket socket = new Socket(address, port)) {
            Thread writer = new Thread(() -> {
                try {
                    OutputStream output = socket.getOutputStream();
                    output.write(data);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    System.out.println("writing failed: " + e);
                }
            });
            writer.start();
            InputStream input = socket.getInputStream();
            if (!Arrays.equals(input.readAllBytes(), data)) {
                throw new IllegalStateException("something else came back");
            }
            writer.join();
        }
        System.out.println("echoed " + size);
    }
}
