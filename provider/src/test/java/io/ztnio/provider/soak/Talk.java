package io.ztnio.provider.soak;

import io.ztnio.provider.usage.StreamSocket;
import io.ztnio.provider.usage.Usage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * One connection's life: the client sends and half-closes, the server reads that to its end, sends and half-closes. Either may
 * reset the connection instead, somewhere on the way.
 */
final class Talk {
    /** Both ends' streams begin with the talk's number. */
    static final int HEADER = Long.BYTES;

    private static final int PIECE = 16 << 10;

    /** How a connection ends. */
    enum End {
        ORDERLY,
        CLIENT_RESETS,
        SERVER_RESETS
    }

    final long number;
    final Usage client;
    final Usage server;
    final End end;
    private final long seed;
    private final int up;
    private final int down;

    /** After how many of its bytes who resets does so. */
    private final int until;

    /** Who does not reset is cut off a while later, in case the reset was lost. */
    volatile boolean cut;

    volatile StreamSocket clientEnd;
    volatile StreamSocket serverEnd;
    final CountDownLatch served = new CountDownLatch(1);

    Talk(long number, SplittableRandom random, int most) {
        Usage[] usages = Usage.values();
        this.number = number;
        this.client = usages[random.nextInt(usages.length)];
        this.server = usages[random.nextInt(usages.length)];
        this.seed = random.nextLong();
        this.up = size(random, most);
        this.down = size(random, most);
        int dice = random.nextInt(10);
        if (dice == 0 && client.hasReset()) {
            this.end = End.CLIENT_RESETS;
        } else if (dice == 1 && server.hasReset()) {
            this.end = End.SERVER_RESETS;
        } else {
            this.end = End.ORDERLY;
        }
        this.until = random.nextInt(1 + (end == End.CLIENT_RESETS ? up : down));
    }

    /** Mostly small ones, with each magnitude as likely as any other. */
    private static int size(SplittableRandom random, int most) {
        return (int) Math.pow(most, random.nextDouble());
    }

    /** The client's part. */
    void ask(StreamSocket stream) throws IOException {
        stream.write(ByteBuffer.allocate(HEADER).putLong(number).flip());
        if (end == End.CLIENT_RESETS) {
            send(stream, seed, until);
            stream.reset();
            return;
        }
        send(stream, seed, up);
        stream.shutdownOutput();
        receive(stream, seed + 1, down);
    }

    /** The server's part, behind the header. */
    void answer(StreamSocket stream) throws IOException {
        receive(stream, seed, up);
        if (end == End.SERVER_RESETS) {
            send(stream, seed + 1, until);
            stream.reset();
            return;
        }
        send(stream, seed + 1, down);
        stream.shutdownOutput();
    }

    private static void send(StreamSocket stream, long seed, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Content.of(seed, length));
        while (bytes.position() < length) {
            bytes.limit(Math.min(length, bytes.position() + PIECE));
            stream.write(bytes);
        }
    }

    /** Reads to the end, and compares. What came before a failure is compared too. */
    private void receive(StreamSocket stream, long seed, int length) throws IOException {
        Content.Received received = new Content.Received();
        ByteBuffer buffer = ByteBuffer.allocate(PIECE);
        try {
            while (stream.read(buffer.clear()) >= 0) {
                received.add(buffer.flip());
            }
        } catch (IOException e) {
            check(received, seed);
            throw e;
        }
        check(received, seed);
        if (received.length() != length) {
            throw new WrongBytesException(this + ": ended after " + received.length() + " bytes of " + length);
        }
    }

    private void check(Content.Received received, long seed) throws WrongBytesException {
        if (!received.isBeginningOf(seed)) {
            throw new WrongBytesException(this + ": the " + received.length() + " bytes received are others");
        }
    }

    @Override
    public String toString() {
        return "talk " + number + " (" + client + " to " + server + ", " + up + " bytes up, " + down + " down, " + end
                + (end == End.ORDERLY ? "" : " after " + until) + ")";
    }

    /** Bytes that are wrong, missing, or too many: never right, however the connection ends. */
    static final class WrongBytesException extends IOException {
        private static final long serialVersionUID = 1;

        WrongBytesException(String message) {
            super(message);
        }
    }
}
