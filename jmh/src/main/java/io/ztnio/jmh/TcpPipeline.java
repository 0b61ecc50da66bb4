package io.ztnio.jmh;

import io.ztnio.tcpip.endpoint.StreamEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A TCP connection between the members of a {@link MemoryPlanet}, warm, and blocks of full segments that cross it. */
final class TcpPipeline {
    /** A segment's payload with the MTU of a ZeroTier network and with timestamps. */
    static final int SEGMENT = 2748;

    static final int SEGMENTS = 64;
    static final int BLOCK = SEGMENT * SEGMENTS;
    private static final int MAX_ROUNDS = 10_000;
    private static final int WARM_BLOCKS = 200;

    private final MemoryPlanet planet;
    private final StreamEndpoint client;
    private final StreamEndpoint server;
    private final ByteBuffer source = ByteBuffer.allocate(BLOCK);
    private final ByteBuffer target = ByteBuffer.allocate(BLOCK);

    TcpPipeline(int suite) throws IOException {
        planet = new MemoryPlanet(suite == 3 ? 12 : 11);
        StreamEndpoint[] ends = planet.connect(80);
        client = ends[0];
        server = ends[1];
        for (int i = 0; i < WARM_BLOCKS; i++) {
            send();
            receive();
            acknowledge();
        }
    }

    /** Writes a block, and sends until it is out. */
    void send() throws IOException {
        source.clear();
        long goal = planet.a.sentBytes + BLOCK;
        for (int round = 0; planet.a.sentBytes < goal; round++) {
            client.write(source);
            planet.a.turn();
            if (planet.a.sentBytes < goal) {
                // Window or pacing.
                receive();
                acknowledge();
            }
            if (round == MAX_ROUNDS) {
                throw new IllegalStateException("sending has stopped");
            }
        }
    }

    /** Takes in what has been sent, and reads it. */
    void receive() throws IOException {
        planet.b.receiveAll();
        planet.b.turn();
        target.clear();
        while (server.read(target) > 0) {
            target.clear();
        }
        planet.b.turn();
    }

    /** Takes in the acknowledgments. */
    void acknowledge() {
        planet.a.receiveAll();
        planet.a.turn();
        planet.tick(planet.a);
    }
}
