package io.ztnio.tcpip.stack;

import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkPort;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A link of all stacks of a node. The home stack has it as it is; each shard has a view of it that hands frames over, and
 * leaves groups to the home stack.
 *
 * <p>Thread: confined to the node's gate, except where noted. Entering a shard's gate from inside the node's is allowed,
 * the other way round it is not.
 */
final class SharedLink implements LinkPort {
    private static final int REMEMBERED = 1024;
    private static final long REFRESH_NANOS = 1_000_000_000L;

    /** What {@link Link#preferredPacketBytes} said of a neighbour. */
    private record Preferred(long mac, int oneDatagram, int twoDatagrams, long askedNanos) {
        static Preferred ask(Link link, long mac, long nowNanos) {
            return new Preferred(mac, link.preferredPacketBytes(mac, 1), link.preferredPacketBytes(mac, 2), nowNanos);
        }

        int bytes(int datagrams) {
            return datagrams == 1 ? oneDatagram : twoDatagrams;
        }
    }

    private final StackShards shards;
    private final Link link;
    private final long mac;
    private final LinkPort home;
    private final LinkPort[] ports;
    private final AtomicReferenceArray<Preferred> preferred = new AtomicReferenceArray<>(REMEMBERED);
    private final Preferred ofUnknown;
    private boolean attached = true;

    SharedLink(StackShards shards, Link link, LinkPort home, List<StackShard> all) {
        this.shards = shards;
        this.link = link;
        this.mac = link.mac();
        this.home = home;
        this.ofUnknown = Preferred.ask(link, Link.UNKNOWN_MAC, 0);
        this.ports = new LinkPort[all.size()];
        for (int i = 0; i < ports.length; i++) {
            StackShard shard = all.get(i);
            shard.gate.run(nowNanos -> ports[shard.index] = shard.stack.attach(new View(shard)));
        }
    }

    /** Any thread. */
    long mac() {
        return mac;
    }

    LinkPort home() {
        return home;
    }

    @Override
    public void configure(LinkConfig config, long nowNanos) {
        home.configure(config, nowNanos);
        // At once: who is told that the addresses are there may connect from any of them.
        shards.inEachGate((index, later) -> ports[index].configure(config, later));
    }

    @Override
    public void detach(long nowNanos) {
        attached = false;
        home.detach(nowNanos);
        shards.inEachGate((index, later) -> ports[index].detach(later));
        shards.forget(this);
    }

    @Override
    public boolean probe(long neighborMac, long nowNanos) {
        AtomicBoolean any = new AtomicBoolean(home.probe(neighborMac, nowNanos));
        shards.inEachGate((index, later) -> {
            if (ports[index].probe(neighborMac, later)) {
                any.set(true);
            }
        });
        return any.get();
    }

    @Override
    public void left(long neighborMac, long nowNanos) {
        home.left(neighborMac, nowNanos);
        shards.inEachGate((index, later) -> ports[index].left(neighborMac, later));
    }

    @Override
    public void lost(long neighborMac, long nowNanos) {
        home.lost(neighborMac, nowNanos);
        shards.inEachGate((index, later) -> ports[index].lost(neighborMac, later));
    }

    @Override
    public void onFrame(
            long sourceMac,
            long destinationMac,
            int etherType,
            byte[] buffer,
            int offset,
            int length,
            long ingressNanos) {
        shards.dispatch(this, sourceMac, destinationMac, etherType, buffer, offset, length, ingressNanos);
    }

    /** Whether the oldest frame of a ring has to wait. */
    boolean isCongested(FrameRing ring) {
        return attached && link.isCongested(ring.destinationMac());
    }

    /** Sends the oldest frame of a ring. */
    void transmit(FrameRing ring, long nowNanos) {
        if (!attached) {
            return;
        }
        long destinationMac = ring.destinationMac();
        int slot = slot(destinationMac);
        Preferred known = preferred.getPlain(slot);
        // Two neighbours in one place take turns, so that each frame costs no look at both.
        if (known == null || nowNanos - known.askedNanos() >= REFRESH_NANOS) {
            preferred.setRelease(slot, Preferred.ask(link, destinationMac, nowNanos));
        }
        link.send(destinationMac, ring.etherType(), ring.bytes(), ring.offset(), ring.length(), nowNanos);
    }

    /** Takes the oldest frame of a ring in. Inside the shard's gate. */
    void receive(StackShard shard, FrameRing ring) {
        ports[shard.index].onFrame(
                ring.sourceMac(),
                ring.destinationMac(),
                ring.etherType(),
                ring.bytes(),
                ring.offset(),
                ring.length(),
                ring.timeNanos());
    }

    private static int slot(long mac) {
        return (int) ((mac * 0x9E37_79B9_7F4A_7C15L) >>> 54);
    }

    /** The link as a shard has it. Thread: confined to the shard's gate. */
    private final class View implements Link {
        private final StackShard shard;

        View(StackShard shard) {
            this.shard = shard;
        }

        @Override
        public long mac() {
            return mac;
        }

        @Override
        public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
            shard.send(SharedLink.this, destinationMac, etherType, buffer, offset, length, nowNanos);
        }

        @Override
        public long derivedMac(byte[] ipv6, int offset) {
            return link.derivedMac(ipv6, offset);
        }

        @Override
        public long ownerMac(byte[] ip) {
            return link.ownerMac(ip);
        }

        @Override
        public int scopeId() {
            return link.scopeId();
        }

        /** What the node said when it last sent there: known from the second packet on. */
        @Override
        public int preferredPacketBytes(long destinationMac, int datagrams) {
            Preferred known = preferred.getAcquire(slot(destinationMac));
            return (known == null || known.mac() != destinationMac ? ofUnknown : known).bytes(datagrams);
        }

        @Override
        public void subscribe(long groupMac, int distinguisher) {
            // The home stack has the same addresses, and so has subscribed.
        }

        @Override
        public void unsubscribe(long groupMac, int distinguisher) {
            // As above.
        }
    }
}
