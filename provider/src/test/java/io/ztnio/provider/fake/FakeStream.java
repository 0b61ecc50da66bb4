package io.ztnio.provider.fake;

import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.endpoint.StreamSocketOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Map;

/** One end of an in-memory connection with a bounded receive buffer. */
final class FakeStream extends FakeEndpoint implements StreamEndpoint {
    private static final int CAPACITY = 65_536;

    private final byte[] received = new byte[CAPACITY];
    private int head;
    private int size;

    /** Bytes received up to behind the urgent one, and what of them was read. */
    private long urgentEnd;

    private long readEnd;
    private FakeStream peer;
    private InetSocketAddress remote;
    private boolean connected;
    private IOException failure;
    private boolean reset;
    private boolean resetTold;
    private boolean resetToldToReader;
    private boolean inputShut;
    private boolean outputShut;
    private boolean peerFinished;
    private boolean settled;

    FakeStream(FakeNetworks networks) {
        super(networks);
        update();
    }

    /** In the gate: the accepted end of {@code client}'s connection. */
    static FakeStream accepted(FakeNetworks networks, FakeStream client, InetSocketAddress local) {
        FakeStream server = new FakeStream(networks);
        server.local = local;
        server.remote = client.local;
        server.peer = client;
        server.connected = true;
        server.settled = true;
        client.peer = server;
        client.connected = true;
        server.update();
        client.update();
        return server;
    }

    @Override
    int compute() {
        int bits = 0;
        if (failure != null || reset) {
            bits |= FAILED | READABLE | WRITABLE;
        }
        if (!settled && (connected || failure != null)) {
            bits |= CONNECTABLE;
        }
        if (connected) {
            if (size > (isAtUnwanted() ? 1 : 0) || peerFinished || inputShut) {
                bits |= READABLE;
            }
            if (outputShut || peer.size < CAPACITY) {
                bits |= WRITABLE;
            }
            if (outputShut && (peerFinished || inputShut)) {
                bits |= HUNG_UP;
            }
        }
        return bits;
    }

    @Override
    void bound() {
        networks.streams.put(local.getPort(), this);
    }

    @Override
    Map<Integer, FakeStream> ports() {
        return networks.streams;
    }

    @Override
    void closed() {
        if (local != null) {
            networks.streams.remove(local.getPort(), this);
        }
        if (peer != null && connected) {
            if (size > 0 || Integer.valueOf(0).equals(option(java.net.StandardSocketOptions.SO_LINGER))) {
                peer.reset = true;
            } else {
                peer.peerFinished = true;
            }
            peer.update();
        }
    }

    /** In the gate. */
    void refuse() {
        failure = new ConnectException("Connection refused");
        update();
    }

    @Override
    public void connect(InetSocketAddress target) throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            if (!FakeNetworks.isOnNetwork(target.getAddress())) {
                throw new NoRouteToHostException("No route to host");
            }
            if (local == null) {
                bind(new InetSocketAddress(FakeNetworks.OWN, 0));
            } else if (local.getAddress().isAnyLocalAddress()) {
                local = new InetSocketAddress(FakeNetworks.OWN, local.getPort());
            }
            remote = target;
            networks.connect(this, target);
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            if (failure != null) {
                throw failure;
            }
            if (connected) {
                settled = true;
                update();
            }
            return connected;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public InetSocketAddress remoteAddress() {
        networks.gate.lock();
        try {
            return remote;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public int read(ByteBuffer destination) throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            if (inputShut) {
                return -1;
            }
            if (isAtUnwanted()) {
                skip();
            }
            long ahead = urgentEnd - 1 - readEnd;
            int most = ahead > 0 ? (int) Math.min(ahead, size) : size;
            if (size == 0) {
                if (!destination.hasRemaining()) {
                    return 0;
                }
                if (reset && resetTold && !resetToldToReader) {
                    return -1;
                }
                if (reset) {
                    resetTold = true;
                    resetToldToReader = true;
                    throw new SocketException("Connection reset");
                }
                return peerFinished ? -1 : 0;
            }
            int count = 0;
            while (count < most && destination.hasRemaining()) {
                int run = Math.min(Math.min(most - count, CAPACITY - head), destination.remaining());
                destination.put(received, head, run);
                head = (head + run) % CAPACITY;
                size -= run;
                count += run;
            }
            readEnd += count;
            update();
            peer.update();
            return count;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            if (!destinations[i].hasRemaining()) {
                continue;
            }
            if (sum > 0 && readEnd + 1 == urgentEnd) {
                break;
            }
            int count = read(destinations[i]);
            if (count <= 0) {
                return sum > 0 ? sum : count;
            }
            sum += count;
        }
        return sum;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            if (reset || peer == null || !peer.isOpen()) {
                if (reset && !resetTold) {
                    resetTold = true;
                    throw new IOException("Connection reset by peer");
                }
                throw new IOException("Broken pipe");
            }
            int count = 0;
            while (source.hasRemaining() && peer.size < CAPACITY) {
                int tail = (peer.head + peer.size) % CAPACITY;
                int run = Math.min(Math.min(CAPACITY - tail, CAPACITY - peer.size), source.remaining());
                source.get(peer.received, tail, run);
                peer.size += run;
                count += run;
            }
            if (peer.inputShut) {
                peer.readEnd += peer.size;
                peer.size = 0;
            }
            update();
            peer.update();
            return count;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public void retractFailure() {
        networks.gate.lock();
        try {
            resetTold = resetToldToReader;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += write(sources[i]);
            if (sources[i].hasRemaining()) {
                break;
            }
        }
        return sum;
    }

    /** In the gate: whether the next byte is an urgent one that is not to be read. */
    private boolean isAtUnwanted() {
        return size > 0 && readEnd + 1 == urgentEnd && !option(StreamSocketOptions.SO_OOBINLINE);
    }

    private void skip() {
        head = (head + 1) % CAPACITY;
        size--;
        readEnd++;
    }

    @Override
    public boolean sendUrgent(int value) throws IOException {
        networks.gate.lock();
        try {
            if (peer != null && peer.size < CAPACITY) {
                if (peer.isAtUnwanted()) {
                    peer.skip();
                }
                peer.urgentEnd = peer.readEnd + peer.size + 1;
            }
            return write(ByteBuffer.wrap(new byte[] {(byte) value})) > 0;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public int available() {
        networks.gate.lock();
        try {
            long ahead = urgentEnd - 1 - readEnd;
            boolean before = ahead >= 0 && ahead < size && !option(StreamSocketOptions.SO_OOBINLINE);
            return before ? (int) ahead : size;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public int unsent() {
        networks.gate.lock();
        try {
            return peer == null ? 0 : peer.size;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public void shutdownInput() {
        networks.gate.lock();
        try {
            inputShut = true;
            readEnd += size;
            size = 0;
            update();
        } finally {
            networks.gate.unlock();
        }
    }

    /** What is written is the peer's at once. */
    @Override
    public void whenFinished(Runnable action) {
        action.run();
    }

    @Override
    public void shutdownOutput() {
        networks.gate.lock();
        try {
            outputShut = true;
            peer.peerFinished = true;
            update();
            peer.update();
        } finally {
            networks.gate.unlock();
        }
    }
}
