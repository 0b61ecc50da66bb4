package io.ztnio.provider.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * A connection of who asks the local API: requests one after the other, each within its time, and after the last what else is sent
 * is read and thrown away for a while, for a connection that is closed on unread bytes takes the answer with it (RFC 9112 9.6).
 *
 * <p>Thread: the service's.
 */
final class ApiConnection {
    private static final System.Logger LOG = System.getLogger("io.ztnio.service");
    private static final long REQUEST_NANOS = 10_000_000_000L;
    private static final long IDLE_NANOS = 30_000_000_000L;
    private static final long LINGER_NANOS = 2_000_000_000L;

    /** Of whoever need not show a token, and has nothing to say. */
    private static final int MAX_OPEN_BODY_BYTES = 1 << 10;

    private final LocalApi api;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer in = ByteBuffer.allocate(8 << 10);
    private HttpRequestReader reader = new HttpRequestReader();
    private ByteBuffer out;
    private boolean last;
    private boolean lingering;
    private boolean idle;
    private long sinceNanos;
    private long deadlineNanos;

    /** @param channel accepted, not blocking */
    ApiConnection(LocalApi api, SocketChannel channel, Selector selector, long nowNanos) throws IOException {
        this.api = api;
        this.channel = channel;
        this.key = channel.register(selector, SelectionKey.OP_READ, this);
        within(REQUEST_NANOS, nowNanos);
    }

    private void within(long nanos, long nowNanos) {
        sinceNanos = nowNanos;
        deadlineNanos = nowNanos + nanos;
    }

    /** Since when it has owed what it owes now: a request, the reading of an answer, or its end. */
    long sinceNanos() {
        return sinceNanos;
    }

    boolean isOverdue(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }

    /**
     * Does what the channel is ready for.
     *
     * @param nowMillis epoch milliseconds
     * @return false if it has ended
     */
    boolean serve(long nowMillis, long nowNanos) throws IOException {
        if (lingering) {
            return channel.read(in.clear()) >= 0;
        }
        if (out != null) {
            flush(nowNanos);
        } else if (channel.read(in) < 0) {
            return false;
        }
        in.flip();
        boolean more = out == null && !lingering;
        while (more) {
            more = step(nowMillis, nowNanos) && out == null && !lingering;
        }
        in.compact();
        if (idle && reader.hasBegun()) {
            idle = false;
            within(REQUEST_NANOS, nowNanos);
        }
        key.interestOps(out != null ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        return true;
    }

    /** Returns whether there may be more to do at once. */
    private boolean step(long nowMillis, long nowNanos) throws IOException {
        boolean rested = idle;
        switch (reader.read(in)) {
            case MORE -> {
                return false;
            }
            case HEAD -> {
                Optional<LocalApi.Reply> refusal = api.refuse(reader.request());
                if (api.isOpen(reader.request())) {
                    reader.limit(MAX_OPEN_BODY_BYTES);
                }
                if (refusal.isPresent()) {
                    answer(refusal.get(), true, nowMillis);
                } else if (reader.isAwaited()) {
                    out = HttpReply.goOn();
                }
            }
            case COMPLETE -> answer(reply(nowMillis), reader.isLast(), nowMillis);
            case REFUSED -> answer(LocalApi.Reply.json(reader.status(), "{}"), true, nowMillis);
        }
        if (out != null) {
            if (rested) {
                // It has come as a whole: what was left of the rest is not its time.
                within(REQUEST_NANOS, nowNanos);
            }
            flush(nowNanos);
        }
        return true;
    }

    private LocalApi.Reply reply(long nowMillis) {
        ApiRequest request = reader.request();
        try {
            return api.answer(request, nowMillis);
        } catch (IllegalStateException e) {
            // The node ends in this moment.
            return LocalApi.Reply.json(503, "{}");
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "local API: " + request.method() + " " + request.path(), bug);
            return LocalApi.Reply.json(500, "{}");
        }
    }

    private void answer(LocalApi.Reply reply, boolean isLast, long nowMillis) {
        boolean head = reader.request().method().equals("HEAD");
        out = HttpReply.of(reply, !head, isLast, nowMillis);
        last = isLast;
        reader = new HttpRequestReader();
        idle = true;
    }

    /** Writes what there is room for, and after that waits for what comes next. */
    private void flush(long nowNanos) throws IOException {
        channel.write(out);
        if (out.hasRemaining()) {
            return;
        }
        out = null;
        if (last) {
            lingering = true;
            channel.shutdownOutput();
            within(LINGER_NANOS, nowNanos);
        } else if (idle) {
            within(IDLE_NANOS, nowNanos);
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.TRACE, "local API: " + e);
        }
    }
}
