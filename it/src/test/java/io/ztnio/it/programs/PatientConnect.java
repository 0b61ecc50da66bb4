package io.ztnio.it.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.channels.SocketChannel;

/** Connects as a new member has to, who may be told first of who else there is. Stateless. */
final class PatientConnect {
    private static final int MOST_REPETITIONS = 20;

    private PatientConnect() {}

    static SocketChannel open(InetSocketAddress address) throws IOException {
        for (int left = MOST_REPETITIONS; ; left--) {
            try {
                return SocketChannel.open(address);
            } catch (NoRouteToHostException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }
}
