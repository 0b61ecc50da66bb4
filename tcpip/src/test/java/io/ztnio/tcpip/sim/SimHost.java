package io.ztnio.tcpip.sim;

import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.ip.IpLayer;
import io.ztnio.tcpip.ip.IpPath;
import io.ztnio.tcpip.tcp.TcpLayer;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Random;

/** One end of a {@link NetworkSimulator}: a TCP layer on an IP layer that only carries. */
final class SimHost implements Gate, IpLayer {
    private static final int OFFSET = 64;

    final InetAddress address;
    final TcpLayer layer;
    private final NetworkSimulator simulator;
    private final int mtuBytes;
    private final byte[] scratch = new byte[SCRATCH_LENGTH];
    private final ArrayDeque<Task> tasks = new ArrayDeque<>();
    private final ArrayDeque<Application> ready = new ArrayDeque<>();
    private boolean inside;
    private boolean runningApplications;
    SimHost other;
    Channel channel;
    long deadline = Long.MAX_VALUE;

    /** What runs when its endpoint has become ready. */
    interface Application {
        void onReady(long nowNanos);
    }

    SimHost(NetworkSimulator simulator, String address, int mtuBytes, TcpConfig config, long seed) {
        this.simulator = simulator;
        this.address = Lan.ip(address);
        this.mtuBytes = mtuBytes;
        this.layer = new TcpLayer(this, this, config, new Random(seed));
    }

    void receive(Packet packet) {
        layer.onPacket(
                other.address,
                address,
                true,
                0,
                packet.bytes,
                0,
                packet.length,
                packet.pseudoHeaderSum,
                simulator.now,
                simulator.now);
    }

    void makeReady(Application application) {
        ready.add(application);
    }

    /** Ends a turn: posted work, the stack's turn, and then applications until nothing more happens now. */
    void turn() {
        inside = true;
        do {
            while (!tasks.isEmpty()) {
                tasks.poll().run(simulator.now);
            }
            deadline = layer.turn(simulator.now);
        } while (deadline <= simulator.now || !tasks.isEmpty());
        inside = false;
        if (runningApplications) {
            return;
        }
        runningApplications = true;
        while (!ready.isEmpty()) {
            ready.poll().onReady(simulator.now);
        }
        runningApplications = false;
    }

    @Override
    public void post(Task task) {
        tasks.add(task);
        if (!inside) {
            turn();
        }
    }

    @Override
    public void run(Task task) {
        boolean outer = inside;
        inside = true;
        task.run(simulator.now);
        inside = outer;
        if (!outer) {
            turn();
        }
    }

    @Override
    public Optional<IpPath> path(InetAddress local, InetAddress remote) {
        return Optional.of(new Path(remote));
    }

    @Override
    public boolean isLocal(InetAddress candidate) {
        return address.equals(candidate);
    }

    @Override
    public byte[] scratch() {
        return scratch;
    }

    private final class Path implements IpPath {
        private final InetAddress remote;

        Path(InetAddress remote) {
            this.remote = remote;
        }

        @Override
        public InetAddress local() {
            return address;
        }

        @Override
        public InetAddress remote() {
            return remote;
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public int mtuBytes() {
            return mtuBytes;
        }

        @Override
        public int packetBytes(int datagrams) {
            return Math.min(mtuBytes, channel.profile.packetBytes(datagrams));
        }

        @Override
        public int headerLength() {
            return 20;
        }

        @Override
        public int transportOffset() {
            return OFFSET;
        }

        @Override
        public long pseudoHeaderSum(int protocol, int transportLength) {
            return (long) protocol + transportLength;
        }

        @Override
        public void send(int protocol, int transportLength, int trafficClass, boolean mayFragment, long nowNanos) {
            simulator.carry(SimHost.this, scratch, OFFSET, transportLength);
        }
    }
}
