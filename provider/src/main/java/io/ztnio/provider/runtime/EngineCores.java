package io.ztnio.provider.runtime;

import io.ztnio.protocol.node.Node;
import io.ztnio.protocol.transport.Carrier;
import io.ztnio.protocol.transport.DatagramBatch;
import io.ztnio.protocol.vl1.PacketReader;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.NodeDriver;

/**
 * What an engine does inside its gate: the stack's turn and the node's.
 *
 * <p>Thread: confined to the gate, except {@link #rested}.
 */
final class EngineCores implements NodeDriver.Cores {
    /** Traffic makes a poll of the node due, at most this often. */
    private static final long POLL_NANOS = 5_000_000;

    private final EngineClock clock;
    private final Stack stack;
    private final Node node;
    private final Outbound outbound;
    private final Runnable onRest;

    /** When node and networks want to be polled, on the engine's clock. */
    private long protocolDeadlineNanos;

    /** Frames or datagrams went through the node since its last poll, which may change its deadline. */
    private boolean touched;

    /** Being touched makes the node due, but not before this. */
    private long nextPollNanos;

    EngineCores(EngineClock clock, Stack stack, Node node, Outbound outbound, Runnable onRest) {
        this.clock = clock;
        this.stack = stack;
        this.node = node;
        this.outbound = outbound;
        this.onRest = onRest;
    }

    /** Traffic went through the node. */
    void touch() {
        touched = true;
    }

    /** The node has something to do now. */
    void pollSoon(long nowNanos) {
        protocolDeadlineNanos = nowNanos;
    }

    @Override
    public long turn(long nowNanos) {
        long stackDeadline = Long.MAX_VALUE;
        try {
            stackDeadline = stack.turn(nowNanos);
        } finally {
            // A stack that is broken is no reason for peers and roots to lose the node.
            pollNode(nowNanos);
        }
        long protocolDeadline = touched ? Math.min(protocolDeadlineNanos, nextPollNanos) : protocolDeadlineNanos;
        return Math.min(stackDeadline, protocolDeadline);
    }

    private void pollNode(long nowNanos) {
        if (nowNanos >= protocolDeadlineNanos || (touched && nowNanos >= nextPollNanos)) {
            touched = false;
            protocolDeadlineNanos = clock.nanosAt(node.poll(clock.millis(nowNanos)));
            nextPollNanos = nowNanos + POLL_NANOS;
        }
    }

    @Override
    public void giveUp(long nowNanos) {
        stack.giveUp(nowNanos);
    }

    @Override
    public void flush() {
        outbound.flush();
    }

    @Override
    public void rested() {
        onRest.run();
    }

    /** Room for datagrams from these sockets on their way to the node. */
    NodeDriver.Batch batch(Carrier carrier) {
        return new Arrived(carrier);
    }

    /** As {@link #batch}, whose packets are put together and opened outside of the gate. */
    NodeDriver.Batch batch(Carrier carrier, PacketReader reader) {
        return new Read(carrier, reader);
    }

    private class Arrived implements NodeDriver.Batch {
        final DatagramBatch datagrams = new DatagramBatch();
        private final Carrier carrier;

        Arrived(Carrier carrier) {
            this.carrier = carrier;
        }

        @Override
        public int receive() {
            carrier.receive(datagrams);
            return datagrams.size();
        }

        @Override
        public int bytes() {
            return datagrams.bytes();
        }

        @Override
        public void handle(int index, long nowNanos, long ingressNanos) {
            node.onDatagram(
                    datagrams.socket(index),
                    datagrams.source(index),
                    datagrams.buffer(index),
                    0,
                    datagrams.length(index),
                    clock.millis(nowNanos),
                    ingressNanos);
        }

        @Override
        public void clear() {
            datagrams.clear();
            touched = true;
        }
    }

    private final class Read extends Arrived {
        private final PacketReader reader;
        private final PacketReader.Packets packets;

        Read(Carrier carrier, PacketReader reader) {
            super(carrier);
            this.reader = reader;
            this.packets = reader.packets();
        }

        @Override
        public int receive() {
            super.receive();
            // Of a read that failed halfway, all is read again.
            packets.clear();
            long nanos = clock.nanos();
            for (int i = 0; i < datagrams.size(); i++) {
                reader.read(
                        packets,
                        datagrams.socket(i),
                        datagrams.source(i),
                        datagrams.buffer(i),
                        0,
                        datagrams.length(i),
                        nanos);
            }
            return packets.size();
        }

        @Override
        public void prepare(int number) {
            reader.open(packets, number);
        }

        @Override
        public void handle(int index, long nowNanos, long ingressNanos) {
            node.onRead(packets, index, clock.millis(nowNanos));
        }

        @Override
        public void clear() {
            packets.clear();
            super.clear();
        }
    }
}
