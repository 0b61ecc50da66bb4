package io.ztnio.tcpip.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The packets under way by arrival, with a pool of free ones. */
final class PacketHeap {
    private Packet[] heap = new Packet[1024];
    private int size;
    private long order;
    private final List<Packet> free = new ArrayList<>();

    Packet take() {
        return free.isEmpty() ? new Packet() : free.remove(free.size() - 1);
    }

    void giveBack(Packet packet) {
        free.add(packet);
    }

    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : heap[0].atNanos;
    }

    void add(Packet packet, long atNanos) {
        packet.atNanos = atNanos;
        packet.order = order++;
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!packet.isBefore(heap[parent])) {
                break;
            }
            heap[i] = heap[parent];
            i = parent;
        }
        heap[i] = packet;
    }

    Packet poll() {
        final Packet first = heap[0];
        Packet last = heap[--size];
        heap[size] = null;
        if (size > 0) {
            int i = 0;
            while (true) {
                int child = 2 * i + 1;
                if (child >= size) {
                    break;
                }
                if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                    child++;
                }
                if (!heap[child].isBefore(last)) {
                    break;
                }
                heap[i] = heap[child];
                i = child;
            }
            heap[i] = last;
        }
        return first;
    }
}
