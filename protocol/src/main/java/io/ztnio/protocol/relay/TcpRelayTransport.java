package io.ztnio.protocol.relay;

import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.transport.DatagramTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * UDP sockets that send by a relay over TCP as well while nothing comes by UDP ({@code protocol.md} 8.13). What comes by the relay
 * is of a further local socket, whose number is that behind the last one; what is sent to that goes by the relay and by every UDP
 * socket, so that UDP is used again as soon as it works.
 *
 * <p>Thread: as {@link DatagramTransport}; the connection has a thread of its own.
 */
public final class TcpRelayTransport implements DatagramTransport {
    private static final System.Logger LOG = System.getLogger("io.ztnio.transport");
    private static final long RETRY_MILLIS = 10_000;
    private static final long END_MILLIS = 1_000;

    private final DatagramTransport udp;
    private final RelayBytes bytes = new RelayBytes();
    private final int relaySocket;
    private final SelectorProvider os;
    private final String host;
    private final int port;
    private final LongSupplier millis;
    private final RelayNeed need;
    private final RelayNews news;

    /** Guards the making of connections. */
    private final Object lock = new Object();

    private volatile RelayConnection connection;
    private long nextAttemptMillis = Long.MIN_VALUE;
    private volatile boolean closed;

    /**
     * Connects to nothing.
     *
     * @param os the operating system's provider: never one that routes into this node
     * @param host name or address of the relay, looked up when it is needed
     * @param forced whether UDP is not to be used at all
     * @param named whether the relay is one's own: UDP from and to private addresses counts too, and its silence for half a minute
     * @param millis a clock in milliseconds
     */
    public TcpRelayTransport(
            DatagramTransport udp,
            SelectorProvider os,
            String host,
            int port,
            boolean forced,
            boolean named,
            LongSupplier millis) {
        this.udp = udp;
        this.relaySocket = udp.localAddresses().size();
        this.os = os;
        this.host = host;
        this.port = port;
        this.millis = millis;
        this.need = new RelayNeed(forced, named, millis.getAsLong());
        this.news = new RelayNews(relay(), forced, LOG::log);
    }

    /** Bytes that connections to the relay have brought. */
    public long bytesIn() {
        return bytes.in();
    }

    /** Bytes that connections to the relay have taken. */
    public long bytesOut() {
        return bytes.out();
    }

    /** Host and port of the relay. */
    public String relay() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** Whether datagrams go by the relay at the moment. */
    public boolean isRelaying() {
        RelayConnection now = connection;
        return now != null && !now.isClosed();
    }

    @Override
    public List<InetSocketAddress> localAddresses() {
        return udp.localAddresses();
    }

    @Override
    public boolean pin(int socket, String device) {
        return udp.pin(socket, device);
    }

    @Override
    public void awaitReadable(long timeoutMillis) throws IOException {
        udp.awaitReadable(timeoutMillis);
    }

    @Override
    public void wakeup() {
        udp.wakeup();
    }

    @Override
    public void receive(DatagramBatch batch) {
        int before = batch.size();
        udp.receive(batch);
        long now = millis.getAsLong();
        for (int i = before; i < batch.size(); i++) {
            need.received(batch.source(i), batch.length(i), now);
        }
        need.look(now);
        RelayConnection relay = connection;
        if (relay != null) {
            relay.receive(relaySocket, batch);
            if (need.isOpenAgain(now)) {
                relay.close();
                connection = null;
                news.unneeded(now);
            }
        }
    }

    @Override
    public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        send(udp, socket, to, buffer, offset, length);
    }

    private void send(DatagramSender sockets, int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (need.isBlocked() && need.concerns(to, length)) {
            relay(to, buffer, offset, length);
            if (need.isForced()) {
                return;
            }
        }
        sockets.send(socket >= relaySocket ? ALL_SOCKETS : socket, to, buffer, offset, length);
    }

    private void relay(InetSocketAddress to, byte[] buffer, int offset, int length) {
        long now = millis.getAsLong();
        boolean wanted = need.sent(now);
        RelayConnection relay = connection;
        if (relay == null || relay.isClosed()) {
            relay = wanted ? connect(now) : null;
        }
        if (relay != null) {
            relay.send(to, buffer, offset, length);
        }
    }

    private RelayConnection connect(long nowMillis) {
        synchronized (lock) {
            RelayConnection known = connection;
            if (known != null && !known.isClosed()) {
                return known;
            }
            if (closed || nowMillis < nextAttemptMillis) {
                return null;
            }
            nextAttemptMillis = nowMillis + RETRY_MILLIS;
            try {
                connection = new RelayConnection(os, host, port, udp::wakeup, news, millis, bytes);
                return connection;
            } catch (IOException e) {
                // No descriptor is free: later perhaps.
                return null;
            }
        }
    }

    @Override
    public void sendShort(int socket, InetSocketAddress to, byte[] bytes, int ttl) {
        if (!need.isForced()) {
            udp.sendShort(socket >= relaySocket ? ALL_SOCKETS : socket, to, bytes, ttl);
        }
    }

    @Override
    public boolean canSendWhole() {
        return !need.isForced() && udp.canSendWhole();
    }

    /** By UDP only: what the relay takes says nothing. */
    @Override
    public boolean sendWhole(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
        return socket < relaySocket && udp.sendWhole(socket, to, buffer, offset, length);
    }

    @Override
    public void flush() {
        udp.flush();
    }

    @Override
    public DatagramSender sender(int index) {
        DatagramSender further = udp.sender(index);
        return new DatagramSender() {
            @Override
            public void send(int socket, InetSocketAddress to, byte[] buffer, int offset, int length) {
                TcpRelayTransport.this.send(further, socket, to, buffer, offset, length);
            }

            @Override
            public void flush() {
                further.flush();
            }
        };
    }

    @Override
    public long sendFailures() {
        return udp.sendFailures();
    }

    @Override
    public long receiveFailures() {
        return udp.receiveFailures();
    }

    @Override
    public String description() {
        return udp.description();
    }

    @Override
    public void close() throws IOException {
        RelayConnection last;
        synchronized (lock) {
            closed = true;
            last = connection;
        }
        if (last != null) {
            last.close();
            try {
                last.awaitEnd(END_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        udp.close();
    }
}
