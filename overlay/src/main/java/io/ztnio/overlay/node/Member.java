package io.ztnio.overlay.node;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.identity.PublicIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Another member of a network, who proved once who it is. Thread: confined to the gate.
 */
final class Member {
    /** Frames that wait for a session. */
    static final int MAX_WAITING = 32;

    final PublicIdentity identity;
    final long id;
    final long mac;

    /** What new frames go through, and the one before it, which may still bring frames; or {@code null}. */
    Channel current;

    Channel previous;

    /** Where it was heard last, or {@code null}. */
    InetSocketAddress endpoint;

    int socket = -1;

    /** Where it was reached before, the latest first. */
    final List<InetSocketAddress> endpoints = new ArrayList<>();

    long heardNanos;
    long sentNanos;
    long savedNanos;
    long seenMillis;
    long nextAttemptNanos;
    long backoffNanos;
    Optional<String> name = Optional.empty();

    /** Announced addresses that nobody else has. */
    List<InetAddress> addresses = List.of();

    /** The same as bytes, for the data path. */
    byte[][] addressBytes = {};

    /** Revision of its announcement that we have; 0 for none. */
    int receivedRevision;

    /** Revision of our announcement that it has; 0 for none. */
    int confirmedRevision;

    /** The revision of the announcement of the process that we know; 0 for none. */
    int knownRun;

    /** It counts as gone. */
    boolean lost;

    /** It said goodbye. */
    boolean left;

    final ArrayDeque<byte[]> waiting = new ArrayDeque<>();

    Member(PublicIdentity identity) {
        this.identity = identity;
        this.id = identity.id();
        this.mac = DerivedAddresses.mac(id);
    }

    boolean isOnline() {
        return current != null;
    }

    void addresses(List<InetAddress> list) {
        addresses = List.copyOf(list);
        addressBytes = list.stream().map(InetAddress::getAddress).toArray(byte[][]::new);
    }

    /** Whether it announced the address of {@code length} bytes at {@code at}. */
    boolean has(byte[] buffer, int at, int length) {
        for (byte[] address : addressBytes) {
            if (address.length == length && Arrays.equals(address, 0, length, buffer, at, at + length)) {
                return true;
            }
        }
        return false;
    }

    MemberView view(long networkId) {
        List<InetAddress> all = new ArrayList<>();
        all.add(DerivedAddresses.ipv6(networkId, id));
        all.addAll(addresses);
        return new MemberView(id, isOnline(), name, all, Optional.ofNullable(endpoint));
    }
}
