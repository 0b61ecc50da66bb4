package io.ztnio.provider.channel;

import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;

/** What the constructor of {@code DatagramSocket} insists on. Nothing calls it. */
final class UnusedDatagramSocketImpl extends DatagramSocketImpl {
    private static UnsupportedOperationException refusal() {
        return new UnsupportedOperationException();
    }

    @Override
    protected void create() {
        throw refusal();
    }

    @Override
    protected void bind(int port, InetAddress address) {
        throw refusal();
    }

    @Override
    protected void send(DatagramPacket packet) {
        throw refusal();
    }

    @Override
    protected int peek(InetAddress address) {
        throw refusal();
    }

    @Override
    protected int peekData(DatagramPacket packet) {
        throw refusal();
    }

    @Override
    protected void receive(DatagramPacket packet) {
        throw refusal();
    }

    @Deprecated
    @Override
    protected void setTTL(byte ttl) {
        throw refusal();
    }

    @Deprecated
    @Override
    protected byte getTTL() {
        throw refusal();
    }

    @Override
    protected void setTimeToLive(int ttl) {
        throw refusal();
    }

    @Override
    protected int getTimeToLive() {
        throw refusal();
    }

    @Override
    protected void join(InetAddress group) {
        throw refusal();
    }

    @Override
    protected void leave(InetAddress group) {
        throw refusal();
    }

    @Override
    protected void joinGroup(SocketAddress group, NetworkInterface via) {
        throw refusal();
    }

    @Override
    protected void leaveGroup(SocketAddress group, NetworkInterface via) {
        throw refusal();
    }

    @Override
    protected void close() {
        // Nothing is open.
    }

    @Override
    public void setOption(int id, Object value) {
        throw refusal();
    }

    @Override
    public Object getOption(int id) {
        throw refusal();
    }
}
