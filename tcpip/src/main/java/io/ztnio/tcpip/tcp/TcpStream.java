package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.buffer.MemoryShare;
import io.ztnio.tcpip.buffer.ReceiveRing;
import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.connection.Failure;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.connection.TcpUser;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** The application's end of a connection. Reading and writing touch only the rings; the engine is asked in if needed. */
final class TcpStream extends TcpEndpoint implements StreamEndpoint, TcpUser {
    private static final VarHandle QUEUED;
    private static final VarHandle ON_FINISHED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            QUEUED = lookup.findVarHandle(TcpStream.class, "queued", boolean.class);
            ON_FINISHED = lookup.findVarHandle(TcpStream.class, "onFinished", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemoryShare memory;
    private final SendRing sendRing;
    private final ToldFailure failure = new ToldFailure();
    private final StreamInput input;

    private volatile TcpConnection connection;
    private volatile InetSocketAddress remoteAddress;
    private volatile boolean established;
    private volatile boolean finishPending;
    private volatile boolean outputShut;
    private volatile boolean wantsWrites;

    private volatile boolean finished;

    @SuppressWarnings("unused") // by VarHandle
    private volatile Runnable onFinished;

    @SuppressWarnings("UnusedVariable") // read by way of QUEUED
    private volatile boolean queued;

    TcpStream(TcpLayer layer, StreamOptions options) {
        super(layer, options);
        memory = new MemoryShare(layer.ground.budget);
        sendRing = new SendRing(options.sendBufferBytes, memory);
        input = new StreamInput(this, new ReceiveRing(memory), failure);
    }

    /** The connection, or {@code null} before there is one. */
    TcpConnection connection() {
        return connection;
    }

    // What the engine calls, inside the gate.

    /** Looks at what has changed on the way into the gate. */
    void beforeConnect(long nowNanos) throws SocketException {
        if (!isOpen()) {
            unbind();
            publishLater();
            checkOpen();
        }
        if (connection != null) {
            throw new SocketException("Already connected");
        }
        onOption(nowNanos);
    }

    void connecting(TcpConnection made, InetSocketAddress remote) {
        localAddress = new InetSocketAddress(made.local, made.localPort);
        remoteAddress = remote;
        finishPending = true;
        connection = made;
    }

    void accepted(TcpConnection made) {
        connection = made;
        remoteAddress = new InetSocketAddress(made.remote, made.remotePort);
        localAddress = new InetSocketAddress(made.local, made.localPort);
        finishPending = false;
    }

    @Override
    public SendRing sendRing() {
        return sendRing;
    }

    @Override
    public ReceiveRing receiveRing() {
        return input.ring();
    }

    @Override
    public MemoryShare memory() {
        return memory;
    }

    @Override
    public StreamOptions options() {
        return options;
    }

    @Override
    public void onEstablished() {
        established = true;
        publishLater();
    }

    @Override
    public void onEndOfStream() {
        input.end();
        publishLater();
    }

    @Override
    public void fail(Failure reason) {
        failure.set(reason);
        publishLater();
    }

    @Override
    public void onFinished() {
        finished = true;
        Runnable action = (Runnable) ON_FINISHED.getAndSet(this, null);
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void onTerminated() {
        publishLater();
        onFinished();
        if (!isOpen()) {
            unbind();
        }
    }

    @Override
    public void wantsWrites(boolean wanted) {
        wantsWrites = wanted;
    }

    @Override
    public void windowUpdatePosition(long position) {
        input.windowUpdatePosition(position);
    }

    @Override
    public void takeRequests(TcpConnection owner, long nowNanos) {
        queued = false;
        if (input.isShut()) {
            owner.discardInput();
        }
        if (outputShut) {
            owner.shutdownOutput();
        }
        publishLater();
    }

    @Override
    void onOption(long nowNanos) {
        if (options.fixedSendBuffer) {
            sendRing.limitBytes(options.sendBufferBytes);
        }
        TcpConnection current = connection;
        if (current != null && !current.isOver()) {
            if (options.fixedReceiveBuffer) {
                current.receiveBufferBytes(options.receiveBufferBytes);
            }
            current.onKeepAliveOption(nowNanos);
            current.markDirty();
        }
        if (!input.isReadable()) {
            // What was readable may have been an urgent byte that is not wanted inline any more.
            clear(READABLE);
        }
        publishLater();
    }

    @Override
    void onClosed() {
        postHere(this::closeInGate);
    }

    @Override
    void closeInGate(long nowNanos) {
        publishLater();
        TcpConnection current = connection;
        if (current == null || current.isOver()) {
            unbind();
            onFinished();
            return;
        }
        boolean unread = input.isUnread();
        try {
            current.close(unread, options.lingerSeconds, nowNanos);
        } catch (Throwable e) {
            current.breakOff(nowNanos);
            throw e;
        }
        current.markDirty();
    }

    /** The listener is closed before anybody has accepted this connection. */
    void abandon(long nowNanos) {
        TcpConnection current = connection;
        if (!current.isOver()) {
            try {
                current.close(true, 0, nowNanos);
            } catch (Throwable e) {
                current.breakOff(nowNanos);
                throw e;
            }
        }
    }

    @Override
    int conditions() {
        int bits = 0;
        if (failure.isSet()) {
            bits = READABLE | WRITABLE | FAILED | HUNG_UP;
        } else if (established) {
            if (hasRoom() || outputShut) {
                bits |= WRITABLE;
            }
            if (input.isEnded() && outputShut) {
                bits |= HUNG_UP;
            }
        }
        if (input.isReadable()) {
            bits |= READABLE;
        }
        if (finishPending && (failure.isSet() || established)) {
            bits |= CONNECTABLE;
        }
        return bits;
    }

    /** At least a third is free, so that a writer is not woken for every acknowledgment. */
    private boolean hasRoom() {
        return sendRing.free() * 3L >= sendRing.limitBytes();
    }

    // What applications call.

    @Override
    public void connect(InetSocketAddress remote) throws IOException {
        checkOpen();
        new Connector(this).connect(remote);
    }

    @Override
    public boolean finishConnect() throws IOException {
        checkOpen();
        if (established) {
            finishPending = false;
            clear(CONNECTABLE);
            return true;
        }
        Failure reason = failure.reason();
        if (reason != null) {
            throw reason.connectException();
        }
        return false;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        checkOpen();
        return input.read(destination);
    }

    @Override
    public long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
        return input.read(destinations, offset, length);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        checkWrite();
        int count = sendRing.append(source);
        afterWrite(count);
        return count;
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        checkWrite();
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            total += sendRing.append(sources[i]);
            if (sources[i].hasRemaining()) {
                break;
            }
        }
        afterWrite(total);
        return total;
    }

    /** In the gate, so that the engine does not see the byte before it knows that it is urgent, and at once. */
    @Override
    public boolean sendUrgent(int value) throws IOException {
        checkWrite();
        TcpConnection current = connection;
        ByteBuffer urgent = ByteBuffer.wrap(new byte[] {(byte) value});
        current.ground.gate.run(nowNanos -> {
            if (sendRing.append(urgent) > 0) {
                sendRing.publish();
                current.markUrgent();
                current.markDirty();
            }
        });
        int count = urgent.position();
        afterWrite(count);
        return count > 0;
    }

    @Override
    public void retractFailure() {
        failure.retract();
    }

    private void checkWrite() throws IOException {
        checkOpen();
        failure.tellWriter();
        if (outputShut) {
            throw new IOException("Broken pipe");
        }
        if (connection == null) {
            throw new SocketException("Socket is not connected");
        }
    }

    private void afterWrite(long count) {
        if (count > 0) {
            sendRing.publish();
            if (wantsWrites) {
                askEngine();
            }
        }
        if (!hasRoom()) {
            clear(WRITABLE);
            if (hasRoom() || failure.isSet()) {
                askEngine();
            }
        }
    }

    /** Has the engine look at what was written, read or asked for. */
    void askEngine() {
        TcpConnection current = connection;
        if (current != null && QUEUED.compareAndSet(this, false, true)) {
            try {
                current.ground.gate.post(current);
            } catch (Throwable e) {
                // Perhaps nobody has it: the next one asks again.
                queued = false;
                throw e;
            }
        }
    }

    @Override
    public int available() {
        return input.available();
    }

    @Override
    public int unsent() {
        return sendRing.size();
    }

    @Override
    public void whenFinished(Runnable action) {
        onFinished = action;
        if (finished) {
            onFinished();
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        checkOpen();
        checkConnected();
        input.shut();
        askEngine();
    }

    @Override
    public void shutdownOutput() throws IOException {
        checkOpen();
        checkConnected();
        outputShut = true;
        askEngine();
    }

    private void checkConnected() throws SocketException {
        if (connection == null) {
            throw new SocketException("Socket is not connected");
        }
    }
}
