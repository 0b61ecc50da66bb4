package io.ztnio.provider.sender;

import io.ztnio.protocol.crypto.CipherSuite;
import io.ztnio.protocol.transport.DatagramSender;
import io.ztnio.protocol.vl1.SendLane.Handover;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * The packets between the gate and one worker. A lone packet that finds the worker asleep is left to the gate, so that an
 * answer to a request costs no change of threads.
 *
 * <p>Thread: {@link #offer}, {@link #isCongested}, {@link #endTurn} and {@link #stop} are confined to the gate;
 * {@link #drain}, {@link #fallAsleep} and {@link #wakeUp} to the worker.
 */
final class SendRing {
    /** Packets under way at most: few enough that their buffers stay in a processor's cache. */
    static final int CAPACITY = 256;

    /** With more than these under way, whoever can wait should. What cannot has the rest. */
    static final int CONGESTED_ABOVE = CAPACITY / 2;

    /** With so few, the others may go on: the worker has enough to do until they do. */
    static final int RESUME_BELOW = CAPACITY / 4;

    /** How many packets of a turn the gate sends itself at most, while the worker sleeps. */
    static final int DIRECT_PER_TURN = 2;

    private final MessagePassingQueue<PacketSlot> ready = new SpscVarHandleArrayQueue<>(CAPACITY);
    private final PacketSlot[] slots = new PacketSlot[CAPACITY];
    private final DatagramSender gateSender;
    private final DatagramSender sender;
    private final Runnable waker;
    private final Runnable onDrained;
    private final Consumer<Throwable> onFailure;

    // The gate's.
    private long offered;
    private int direct;
    private boolean congested;

    // The worker's.
    private long sent;

    /** {@link #sent} for the gate to see; what it counts has left. */
    private volatile long completed;

    private volatile boolean asleep;
    private volatile boolean wantsDrain;
    private volatile boolean stopped;

    /**
     * An empty ring, whose worker is awake.
     *
     * @param gateSender what the gate sends by
     * @param sender what the worker sends by
     * @param waker ends the worker's sleep; called inside the gate
     * @param onDrained told by the worker when {@link #isCongested} is over
     * @param onFailure told by the worker of a packet that could not be sealed: a bug, or no memory
     */
    SendRing(
            DatagramSender gateSender,
            DatagramSender sender,
            Runnable waker,
            Runnable onDrained,
            Consumer<Throwable> onFailure) {
        this.gateSender = gateSender;
        this.sender = sender;
        this.waker = waker;
        this.onDrained = onDrained;
        this.onFailure = onFailure;
        for (int i = 0; i < CAPACITY; i++) {
            slots[i] = new PacketSlot();
        }
    }

    /** @param suite {@code null} if the packet is sealed */
    Handover offer(
            PeerLane lane,
            CipherSuite suite,
            int socket,
            InetSocketAddress remote,
            int mtu,
            byte[] packet,
            int offset,
            int length) {
        if (stopped || offered - completed == CAPACITY) {
            return Handover.FULL;
        }
        if (suite != null && direct < DIRECT_PER_TURN && asleep && offered == completed) {
            direct++;
            return Handover.DIRECT;
        }
        if (direct > 0) {
            // What the gate has sent itself must not wait for company while the worker sends what follows.
            gateSender.flush();
            direct = DIRECT_PER_TURN;
        }
        PacketSlot slot = slots[(int) offered & (CAPACITY - 1)];
        slot.fill(lane, suite, socket, remote, mtu, packet, offset, length);
        offered++;
        ready.offer(slot);
        wakeWorker();
        return Handover.TAKEN;
    }

    private void wakeWorker() {
        // Either this sees that the worker sleeps, or the worker, which looks again before it does, sees the packet.
        VarHandle.fullFence();
        if (asleep) {
            asleep = false;
            waker.run();
        }
    }

    /** Whether the worker will be busy for a while: the gate has more time than it. */
    boolean isBehind() {
        return offered - completed > RESUME_BELOW;
    }

    /** As {@code SendLane.isCongested}, for all lanes of this ring. */
    boolean isCongested() {
        long underWay = offered - completed;
        if (underWay <= RESUME_BELOW) {
            congested = false;
        } else if (underWay > CONGESTED_ABOVE) {
            congested = true;
        }
        if (congested) {
            wantsDrain = true;
            // The worker may have been done before it could see that.
            congested = offered - completed > RESUME_BELOW;
        }
        return congested;
    }

    /** The gate's sender has been flushed. */
    void endTurn() {
        direct = 0;
    }

    /** Takes nothing more. */
    void stop() {
        stopped = true;
        wakeWorker();
    }

    boolean isStopped() {
        return stopped;
    }

    /**
     * Seals and sends what waits.
     *
     * @return how many packets
     */
    int drain(int most) {
        int count = 0;
        while (count < most) {
            PacketSlot slot = ready.relaxedPoll();
            if (slot == null) {
                break;
            }
            send(slot);
            count++;
        }
        if (count > 0) {
            sender.flush();
            sent += count;
            completed = sent;
            if (wantsDrain && ready.size() <= RESUME_BELOW) {
                wantsDrain = false;
                onDrained.run();
            }
        }
        return count;
    }

    private void send(PacketSlot slot) {
        try {
            slot.send(sender);
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        } finally {
            slot.lane().onSent();
        }
    }

    /** Says that the worker is going to sleep; false if there is something to do. */
    boolean fallAsleep() {
        asleep = true;
        if (ready.isEmpty() && !stopped) {
            return true;
        }
        asleep = false;
        return false;
    }

    void wakeUp() {
        asleep = false;
    }
}
