package io.ztnio.tcpip.tcp.recovery;

import io.ztnio.tcpip.tcp.segment.SendSequence;
import io.ztnio.tcpip.tcp.segment.TcpCounters;
import io.ztnio.tcpip.tcp.segment.TcpFlags;

/**
 * Sends entries of the scoreboard again.
 *
 * <p>Thread: confined to the gate.
 */
final class Retransmitter {
    private final RecoveryOutput output;
    private final SendSequence snd;
    private final SegmentScoreboard board;
    private final TcpCounters counters;

    Retransmitter(RecoveryOutput output, SendSequence snd, SegmentScoreboard board, TcpCounters counters) {
        this.output = output;
        this.snd = snd;
        this.board = board;
        this.counters = counters;
    }

    /** Sends an entry again, in pieces if segments are smaller now. */
    void send(long index, long nowNanos) {
        long sequence = board.sequence(index);
        boolean fin = board.isFin(index);
        int left = board.length(index) - (fin ? 1 : 0);
        do {
            int payload = Math.min(left, output.payloadBytes());
            left -= payload;
            int flags = TcpFlags.ACK;
            if (left == 0 && payload > 0 && sequence + payload + (fin ? 1 : 0) == snd.nxt) {
                flags |= TcpFlags.PSH;
            }
            if (left == 0 && fin) {
                flags |= TcpFlags.FIN;
            }
            counters.segmentsRetransmitted++;
            output.emit(sequence, flags, payload, nowNanos);
            sequence += payload;
        } while (left > 0);
        board.markRetransmitted(index, nowNanos);
    }

    /**
     * The peer has taken its window back to nothing while data is under way: the timer probes with a byte of it, in place of
     * the retransmission (RFC 9293 3.8.6, MUST-34). It says nothing about the path, and it goes on as long as the peer answers.
     */
    void probeClosedWindow(long nowNanos) {
        sendFirst(1, nowNanos);
    }

    /** Sends the first numbers of the first entry, which goes on waiting: what is behind them has to be sent too. */
    void sendFirst(int length, long nowNanos) {
        long first = board.firstIndex();
        boolean fin = board.isFin(first) && board.length(first) == length;
        counters.segmentsRetransmitted++;
        board.markFirstProbed();
        int payload = Math.min(fin ? length - 1 : length, output.payloadBytes());
        output.emit(board.sequence(first), fin ? TcpFlags.FIN | TcpFlags.ACK : TcpFlags.ACK, payload, nowNanos);
    }
}
