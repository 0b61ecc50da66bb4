package io.ztnio.provider.fake;

import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.endpoint.SourceFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Datagrams in memory. */
final class FakeDatagrams extends FakeEndpoint implements DatagramEndpoint {
    private final Deque<Datagram> received = new ArrayDeque<>();
    private final Map<InetAddress, SourceFilter> groups = new HashMap<>();
    private InetSocketAddress bound;
    private InetSocketAddress remote;
    private boolean refused;

    private record Datagram(InetSocketAddress sender, ByteBuffer payload) {}

    FakeDatagrams(FakeNetworks networks) {
        super(networks);
        update();
    }

    @Override
    int compute() {
        return (networks.isFull() ? 0 : WRITABLE) | (received.isEmpty() && !refused ? 0 : READABLE);
    }

    @Override
    void bound() {
        bound = local;
        networks.datagrams.put(local.getPort(), this);
    }

    @Override
    Map<Integer, FakeDatagrams> ports() {
        return networks.datagrams;
    }

    @Override
    void closed() {
        if (local != null) {
            networks.datagrams.remove(local.getPort(), this);
        }
    }

    @Override
    public void connect(InetSocketAddress target) throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            ensureBound();
            ensureRoute(target);
            remote = target;
            local = new InetSocketAddress(FakeNetworks.OWN, local.getPort());
            received.clear();
            update();
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public void disconnect() {
        networks.gate.lock();
        try {
            remote = null;
            local = bound;
            refused = false;
            update();
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
    public int send(ByteBuffer source, InetSocketAddress target) throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            throwIfRefused();
            ensureBound();
            InetSocketAddress to = target == null ? remote : target;
            ensureRoute(to);
            if (source.remaining() > 65_507) {
                throw new SocketException("Message too long");
            }
            if (networks.isFull()) {
                return 0;
            }
            byte[] payload = new byte[source.remaining()];
            source.get(payload);
            FakeDatagrams receiver = networks.datagrams.get(to.getPort());
            InetSocketAddress from = new InetSocketAddress(FakeNetworks.OWN, local.getPort());
            if (receiver == null) {
                refused = remote != null;
            } else if (receiver.accepts(to, from)) {
                receiver.received.add(new Datagram(from, ByteBuffer.wrap(payload)));
                receiver.update();
            }
            update();
            return payload.length;
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public InetSocketAddress receive(ByteBuffer destination) throws IOException {
        networks.gate.lock();
        try {
            ensureOpen();
            throwIfRefused();
            Datagram datagram = received.poll();
            if (datagram == null) {
                return null;
            }
            ByteBuffer payload = datagram.payload();
            payload.limit(Math.min(payload.limit(), destination.remaining()));
            destination.put(payload);
            update();
            return datagram.sender();
        } finally {
            networks.gate.unlock();
        }
    }

    @Override
    public void join(InetAddress group, InetAddress linkAddress) {
        filter(group, linkAddress, SourceFilter.ANY);
    }

    @Override
    public void leave(InetAddress group, InetAddress linkAddress) {
        filter(group, linkAddress, SourceFilter.NONE);
    }

    @Override
    public void filter(InetAddress group, InetAddress linkAddress, SourceFilter filter) {
        networks.gate.lock();
        try {
            groups.put(group, filter);
        } finally {
            networks.gate.unlock();
        }
    }

    private boolean accepts(InetSocketAddress to, InetSocketAddress from) {
        boolean peer = remote == null || remote.equals(from);
        return peer
                && (!to.getAddress().isMulticastAddress()
                        || groups.getOrDefault(to.getAddress(), SourceFilter.NONE)
                                .accepts(from.getAddress()));
    }

    private void ensureBound() throws IOException {
        if (local == null) {
            bind(new InetSocketAddress(0));
        }
    }

    private void ensureRoute(InetSocketAddress target) throws NoRouteToHostException {
        if (!FakeNetworks.isOnNetwork(target.getAddress())
                && !target.getAddress().isMulticastAddress()) {
            throw new NoRouteToHostException("No route to host");
        }
    }

    private void throwIfRefused() throws PortUnreachableException {
        if (refused) {
            refused = false;
            update();
            throw new PortUnreachableException();
        }
    }
}
