package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.share.TrafficSource;
import io.ztnio.tcpip.tcp.config.StreamOptions;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.connection.TurnQueue;
import io.ztnio.tcpip.tcp.listen.Acceptor;
import io.ztnio.tcpip.tcp.listen.HalfOpen;
import io.ztnio.tcpip.tcp.listen.SynQueue;
import io.ztnio.tcpip.tcp.segment.TcpSegment;

/**
 * What a listener has on one TCP layer: its half-open connections there, and what they become.
 *
 * <p>Thread: confined to the layer's gate, except {@link #lookAgain} and {@link #closeLater}.
 */
final class ListenerPart implements Acceptor, Published {
    private final TcpListener listener;
    private final TcpLayer layer;
    private final SynQueue syns;
    private final TurnQueue.Place<Published> place = new TurnQueue.Place<>(this);

    ListenerPart(TcpListener listener, TcpLayer layer) {
        this.listener = listener;
        this.layer = layer;
        this.syns = new SynQueue(layer.ground, layer.cookies, this);
    }

    /** Its half-open connections. */
    SynQueue syns() {
        return syns;
    }

    @Override
    public boolean isFull(TrafficSource source) {
        return listener.isFull(source);
    }

    @Override
    public boolean admit(TrafficSource source) {
        return listener.admit(source);
    }

    @Override
    public int receiveBufferBytes() {
        return listener.options.receiveBufferBytes;
    }

    @Override
    public void accept(HalfOpen half, TcpSegment segment, long nowNanos) {
        TcpConnection made = null;
        try {
            TcpStream stream = new TcpStream(layer, new StreamOptions(listener.options));
            made = TcpConnection.accepted(half, layer.turns, stream, segment, nowNanos);
            stream.accepted(made);
            layer.ground.flows.add(made);
            listener.add(stream, half.source());
        } catch (Throwable e) {
            listener.dismiss(half.source());
            if (made != null) {
                made.breakOff(nowNanos);
            }
            throw e;
        }
        layer.ground.counters.connectionsAccepted++;
        publishLater();
        try {
            made.onSegment(segment, nowNanos);
        } catch (Throwable e) {
            made.breakOff(nowNanos);
            throw e;
        }
    }

    /** Asks, from outside the gate, for a look at what the application has not accepted yet. */
    void lookAgain() {
        layer.gate.post(nowNanos -> publishLater());
    }

    /** The listener is closed. From outside the gate. */
    void closeLater() {
        layer.gate.post(this::close);
    }

    /** Inside the gate; perhaps a second time. */
    void close(long nowNanos) {
        publishLater();
        syns.refuseAll();
        listener.abandon(layer, nowNanos);
    }

    private void publishLater() {
        layer.publishing.add(place);
    }

    @Override
    public void publish() {
        try {
            listener.publishConditions();
        } catch (Throwable e) {
            listener.publishAgain(layer, place);
            throw e;
        }
    }
}
