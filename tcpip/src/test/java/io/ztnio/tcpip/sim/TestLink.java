package io.ztnio.tcpip.sim;

import io.ztnio.tcpip.link.Link;
import io.ztnio.tcpip.wire.BigEndian;
import io.ztnio.tcpip.wire.IpAddresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A link that keeps what is sent, and overwrites what it may overwrite as a real one does. */
public final class TestLink implements Link {
    /** One frame; the payload is a copy. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Frame(long source, long destination, int etherType, byte[] payload) {
        public String hex() {
            return HexFormat.of().formatHex(payload);
        }
    }

    public final List<Frame> sent = new ArrayList<>();
    public final Set<String> subscriptions = new TreeSet<>();
    /** Addresses whose MAC the network knows. */
    public final Map<InetAddress, Long> owners = new HashMap<>();

    private final long mac;
    private boolean derives;
    private int scope;
    public boolean congested;
    private Consumer<Frame> tap = frame -> {};

    public TestLink(long mac) {
        this.mac = mac;
    }

    /** Makes addresses that start with 0xfc state their MAC in their last six bytes. */
    public TestLink deriving() {
        derives = true;
        return this;
    }

    /** Gives the link a scope. */
    public TestLink scoped(int newScope) {
        scope = newScope;
        return this;
    }

    public void tap(Consumer<Frame> newTap) {
        tap = newTap;
    }

    /** Removes and returns the only frame sent since. */
    public Frame takeOnly() {
        if (sent.size() != 1) {
            throw new AssertionError(sent.size() + " frames instead of 1");
        }
        return sent.remove(0);
    }

    @Override
    public long mac() {
        return mac;
    }

    @Override
    public void send(long destinationMac, int etherType, byte[] buffer, int offset, int length, long nowNanos) {
        Frame frame = new Frame(mac, destinationMac, etherType, Arrays.copyOfRange(buffer, offset, offset + length));
        sent.add(frame);
        Arrays.fill(buffer, offset - HEADROOM, offset + length + TAILROOM, (byte) 0xee);
        tap.accept(frame);
    }

    @Override
    public long derivedMac(byte[] ipv6, int offset) {
        return derives && BigEndian.u8(ipv6, offset) == 0xfc ? BigEndian.u48(ipv6, offset + 10) : UNKNOWN_MAC;
    }

    @Override
    public long ownerMac(byte[] ip) {
        Long owner = owners.get(IpAddresses.of(ip));
        return owner != null ? owner : Link.super.ownerMac(ip);
    }

    @Override
    public boolean isCongested(long destinationMac) {
        return congested;
    }

    @Override
    public int scopeId() {
        return scope;
    }

    @Override
    public void subscribe(long groupMac, int distinguisher) {
        if (!subscriptions.add(name(groupMac, distinguisher))) {
            throw new AssertionError("subscribed twice");
        }
    }

    @Override
    public void unsubscribe(long groupMac, int distinguisher) {
        if (!subscriptions.remove(name(groupMac, distinguisher))) {
            throw new AssertionError("not subscribed");
        }
    }

    private static String name(long groupMac, int distinguisher) {
        return String.format("%012x/%08x", groupMac, distinguisher);
    }
}
