package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.buffer.ReceiveRing;
import io.ztnio.tcpip.buffer.SendRing;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.connection.Failure;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.connection.TcpUser;
import io.ztnio.tcpip.tcp.segment.Timestamps;
import io.ztnio.tcpip.tcp.table.InitialNumbers;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
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

    /** How often a connect looks for its layer anew when the addresses change under its hands. */
    private static final int MOST_LOOKS = 4;

    private final SendRing sendRing;
    private final ReceiveRing receiveRing;

    private volatile TcpConnection connection;
    private volatile InetSocketAddress remoteAddress;
    private volatile boolean established;
    private volatile boolean finishPending;
    private volatile boolean endOfStream;
    private volatile boolean inputShut;
    private volatile boolean outputShut;
    private volatile Failure failure;
    private volatile boolean failureToldToWriter;
    private volatile boolean failureToldToReader;
    private volatile boolean wantsWrites;
    private volatile long windowUpdatePosition = Long.MAX_VALUE;

    private volatile boolean finished;

    @SuppressWarnings("unused") // by VarHandle
    private volatile Runnable onFinished;

    @SuppressWarnings("UnusedVariable") // read by way of QUEUED
    private volatile boolean queued;

    TcpStream(TcpLayer layer, StreamOptions options) {
        super(layer, options);
        sendRing = new SendRing(options.sendBufferBytes, layer.ground.budget);
        receiveRing = new ReceiveRing(layer.ground.budget);
    }

    /** The connection, or {@code null} before there is one. */
    TcpConnection connection() {
        return connection;
    }

    // What the engine calls, inside the gate.

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
        return receiveRing;
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
        endOfStream = true;
        publishLater();
    }

    @Override
    public void fail(Failure reason) {
        failure = reason;
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
        onFinished();
        if (!isOpen()) {
            unbind();
        }
        publishLater();
    }

    @Override
    public void wantsWrites(boolean wanted) {
        wantsWrites = wanted;
    }

    @Override
    public void windowUpdatePosition(long position) {
        windowUpdatePosition = position;
    }

    @Override
    public void takeRequests(TcpConnection owner, long nowNanos) {
        queued = false;
        if (inputShut) {
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
        if (!isReadable()) {
            // What was readable may have been an urgent byte that is not wanted inline any more.
            clear(READABLE);
        }
        publishLater();
    }

    @Override
    void onClosed() {
        postHere(nowNanos -> {
            closeInGate(nowNanos);
            publishLater();
        });
    }

    private void closeInGate(long nowNanos) {
        TcpConnection current = connection;
        if (current == null || current.isOver()) {
            unbind();
            onFinished();
            return;
        }
        boolean unread = !inputShut && receiveRing.available() > 0;
        current.close(unread, options.lingerSeconds, nowNanos);
        current.markDirty();
    }

    /** The listener is closed before anybody has accepted this connection. */
    void abandon(long nowNanos) {
        TcpConnection current = connection;
        if (!current.isOver()) {
            current.close(true, 0, nowNanos);
        }
    }

    @Override
    int conditions() {
        int bits = 0;
        if (failure != null) {
            bits = READABLE | WRITABLE | FAILED | HUNG_UP;
        } else if (established) {
            if (hasRoom() || outputShut) {
                bits |= WRITABLE;
            }
            if (endOfStream && outputShut) {
                bits |= HUNG_UP;
            }
        }
        if (isReadable()) {
            bits |= READABLE;
        }
        if (finishPending && (failure != null || established)) {
            bits |= CONNECTABLE;
        }
        return bits;
    }

    private boolean isReadable() {
        return receiveRing.isReadable(options.urgentInline) || endOfStream || inputShut || failure != null;
    }

    /** At least a third is free, so that a writer is not woken for every acknowledgment. */
    private boolean hasRoom() {
        return sendRing.free() * 3L >= sendRing.limitBytes();
    }

    // What applications call.

    /** An unbound stream whose layer has no port left towards the remote address tries the others. */
    @Override
    public void connect(InetSocketAddress remote) throws IOException {
        checkOpen();
        TcpGroup group = layer().group;
        for (int left = group.size() - 1; ; left--) {
            try {
                connectWhereItBelongs(remote);
                return;
            } catch (BindException noPort) {
                if (left == 0 || localAddress != null) {
                    throw noPort;
                }
                moveTo(group.layer((layer().index + 1) % group.size()));
            }
        }
    }

    private void connectWhereItBelongs(InetSocketAddress remote) throws IOException {
        IOException[] thrown = new IOException[1];
        boolean[] started = new boolean[1];
        for (int i = 0; i < MOST_LOOKS && !started[0] && thrown[0] == null; i++) {
            TcpLayer owner = owner(remote);
            if (owner != layer()) {
                moveTo(owner);
            }
            owner.gate.run(nowNanos -> {
                try {
                    started[0] = connectInGate(remote, nowNanos);
                } catch (IOException e) {
                    thrown[0] = e;
                }
            });
        }
        if (thrown[0] != null) {
            throw thrown[0];
        }
        if (!started[0]) {
            throw new BindException("Cannot assign requested address");
        }
    }

    /** The layer that connects: a stream that is bound belongs to one, another finds a port that suits its layer. */
    private TcpLayer owner(InetSocketAddress remote) throws IOException {
        TcpLayer here = layer();
        InetSocketAddress bound = localAddress;
        if (here.group.size() == 1 || bound == null || connection != null) {
            return here;
        }
        InetAddress local = path(remote).local();
        return here.group.owner(local, bound.getPort(), remote.getAddress(), remote.getPort());
    }

    private IpPath path(InetSocketAddress remote) throws IOException {
        InetSocketAddress bound = localAddress;
        InetAddress local = bound == null || bound.getAddress().isAnyLocalAddress() ? null : bound.getAddress();
        IpPath path = layer().ip
                .path(local, remote.getAddress())
                .orElseThrow(() -> new NoRouteToHostException("No route to host"));
        if (!path.isUnicast()) {
            // As Linux: there is nobody who could answer (RFC 9293 3.9.2.3, RFC 1122 4.2.3.10).
            throw new SocketException("Network is unreachable");
        }
        return path;
    }

    /** False if the connection would be another layer's: the source address has become another one. */
    private boolean connectInGate(InetSocketAddress remote, long nowNanos) throws IOException {
        if (!isOpen()) {
            unbind();
            publishLater();
            checkOpen();
        }
        if (connection != null) {
            throw new SocketException("Already connected");
        }
        onOption(nowNanos);
        IpPath path = path(remote);
        TcpLayer layer = layer();
        layer.group.ports.lock();
        try {
            if (binding != null && !layer.owns(path.local(), binding.port(), path.remote(), remote.getPort())) {
                return false;
            }
            connect(layer, path, remote, nowNanos);
        } finally {
            layer.group.ports.unlock();
        }
        connection.open();
        return true;
    }

    /** Inside the gate, and the lock of the ports. */
    private void connect(TcpLayer layer, IpPath path, InetSocketAddress remote, long nowNanos) throws BindException {
        int port = binding != null
                ? binding.port()
                : layer.group.ports.ephemeral(
                        layer.hash.hash(path.local(), 0, path.remote(), remote.getPort()),
                        candidate -> isFree(layer, path, candidate, remote.getPort()));
        if (port == 0 || layer.ground.flows.find(path.local(), port, path.remote(), remote.getPort()) != null) {
            throw new BindException("Cannot assign requested address");
        }
        InitialNumbers numbers = layer.ground.numbers;
        long iss = numbers.firstSequence(path.local(), port, path.remote(), remote.getPort(), nowNanos);
        int offset = numbers.timestampOffset(path.local(), port, path.remote(), remote.getPort());
        Timestamps timestamps = new Timestamps(offset, nowNanos);
        TcpConnection made =
                new TcpConnection(layer.ground, layer.turns, this, path, port, remote.getPort(), iss, timestamps);
        remoteAddress = remote;
        localAddress = new InetSocketAddress(path.local(), port);
        finishPending = true;
        connection = made;
        layer.ground.flows.add(made);
        layer.ground.counters.connectionsOpened++;
    }

    private static boolean isFree(TcpLayer layer, IpPath path, int port, int remotePort) {
        return layer.owns(path.local(), port, path.remote(), remotePort)
                && layer.ground.flows.find(path.local(), port, path.remote(), remotePort) == null;
    }

    @Override
    public boolean finishConnect() throws IOException {
        checkOpen();
        if (established) {
            finishPending = false;
            clear(CONNECTABLE);
            return true;
        }
        Failure reason = failure;
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
        if (inputShut) {
            return -1;
        }
        // Looked at before the ring: what came before the end is in it by then.
        boolean ended = endOfStream;
        Failure reason = failure;
        int count = receiveRing.read(destination, options.urgentInline);
        if (count > 0) {
            afterRead();
            return count;
        }
        if (!destination.hasRemaining()) {
            return 0;
        }
        if (ended) {
            return -1;
        }
        if (reason != null) {
            return tellReader(reason);
        }
        afterRead();
        return 0;
    }

    /**
     * As a kernel does, and the JDK above it: a failure is told once, to a read or a write, and then it is the end of the
     * stream; but once a read has found a reset, every read does.
     */
    private int tellReader(Failure reason) throws IOException {
        boolean told = failureToldToReader ? !reason.staysForReaders() : failureToldToWriter;
        if (told) {
            return -1;
        }
        failureToldToReader = true;
        failureToldToWriter = true;
        throw reason.readException();
    }

    @Override
    public long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            if (!destinations[i].hasRemaining()) {
                continue;
            }
            if (total > 0 && (receiveRing.available() == 0 || receiveRing.isAtUrgent())) {
                break;
            }
            int count = read(destinations[i]);
            if (count <= 0) {
                return total > 0 ? total : count;
            }
            total += count;
            if (destinations[i].hasRemaining()) {
                break;
            }
        }
        return total;
    }

    private void afterRead() {
        boolean ask = false;
        if (!receiveRing.isReadable(options.urgentInline) && !endOfStream && failure == null) {
            clear(READABLE);
            ask = isReadable();
        }
        if (ask || receiveRing.readPosition() >= windowUpdatePosition) {
            askEngine();
        }
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
        // Once a read was told there is nothing left to tell.
        failureToldToWriter = failureToldToReader;
    }

    private void checkWrite() throws IOException {
        checkOpen();
        Failure reason = failure;
        if (reason != null) {
            boolean told = failureToldToWriter;
            failureToldToWriter = true;
            throw told ? new IOException("Broken pipe") : reason.writeException();
        }
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
            if (hasRoom() || failure != null) {
                askEngine();
            }
        }
    }

    private void askEngine() {
        TcpConnection current = connection;
        if (current != null && QUEUED.compareAndSet(this, false, true)) {
            current.ground.gate.post(current);
        }
    }

    @Override
    public int available() {
        return inputShut ? 0 : receiveRing.available(options.urgentInline);
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
        inputShut = true;
        receiveRing.discard();
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
