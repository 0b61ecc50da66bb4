package io.ztnio.it.software.programs;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;

/** A service over {@code java.net} that sends back what it gets, and who uses it. */
final class EchoSocket {
    private EchoSocket() {}

    /** Serves one client after the other on a thread of its own, until the listener is closed. */
    static void serve(ServerSocket listener) {
        Thread thread = new Thread(
                () -> {
                    while (!listener.isClosed()) {
                        try (Socket socket = listener.accept()) {
                            socket.getInputStream().transferTo(socket.getOutputStream());
                        } catch (IOException e) {
                            System.out.println("a client of the service has gone, or the service: " + e.getMessage());
                        }
                    }
                },
                "echo");
        thread.setDaemon(true);
        thread.start();
    }

    /** Sends bytes and takes as many back at the same time, over a connection that is closed only then. */
    static void exchange(String address, int port, int length) throws IOException, InterruptedException {
        byte[] bytes = Bytes.of(length);
        try (Socket socket = new Socket(address, port)) {
            Thread sending = new Thread(
                    () -> {
                        try {
                            OutputStream out = socket.getOutputStream();
                            out.write(bytes);
                        } catch (IOException e) {
                            System.out.println("sending failed: " + e);
                        }
                    },
                    "sending");
            sending.start();
            byte[] back = new byte[length];
            new DataInputStream(socket.getInputStream()).readFully(back);
            sending.join();
            Bytes.expect(bytes, back);
        }
    }
}
