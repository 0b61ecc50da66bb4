package io.ztnio.tcpip.tcp;

import io.ztnio.tcpip.endpoint.Endpoint;
import io.ztnio.tcpip.tcp.connection.ConnectionProbe;
import io.ztnio.tcpip.tcp.connection.TcpConnection;
import io.ztnio.tcpip.tcp.connection.TcpState;
import io.ztnio.tcpip.tcp.listen.HalfOpen;
import io.ztnio.tcpip.tcp.recovery.RecoveryProbe;
import io.ztnio.tcpip.tcp.table.Flow;
import io.ztnio.tcpip.tcp.table.TimeWait;
import java.net.InetSocketAddress;

/** What {@code tcp_info} would tell of an endpoint, as far as the stack knows it, and which connections there are. */
public final class TcpInfo {
    private TcpInfo() {}

    /**
     * A field by its name, or {@code null} if there is none of that name.
     *
     * @param endpoint a stream or listener
     */
    public static Long field(Endpoint endpoint, String name) {
        if (endpoint instanceof TcpListener) {
            return name.equals("tcpi_state") ? Long.valueOf(10) : null;
        }
        TcpConnection connection = ((TcpStream) endpoint).connection();
        if (connection == null) {
            return name.equals("tcpi_state") ? Long.valueOf(7) : null;
        }
        ConnectionProbe probe = new ConnectionProbe(connection);
        RecoveryProbe recovery = new RecoveryProbe(probe.recovery());
        long segment = Math.max(1, probe.payloadBytes());
        return switch (name) {
            case "tcpi_state" -> isInTimeWait(connection) ? 6L : stateNumber(probe.state());
            case "tcpi_options" ->
                (probe.hasTimestamps() ? 1L : 0)
                        | (probe.hasSelectiveAcks() ? 2 : 0)
                        | (probe.scalesWindows() ? 4 : 0)
                        | (probe.marksCongestion() ? 8 : 0);
            case "tcpi_snd_cwnd" -> recovery.windowBytes() / segment;
            case "tcpi_snd_ssthresh" ->
                probe.congestion().thresholdBytes() == Long.MAX_VALUE
                        ? 0x7fff_ffffL
                        : probe.congestion().thresholdBytes() / segment;
            case "tcpi_unacked" -> (long) recovery.segments();
            case "tcpi_sacked" -> (long) recovery.sackedSegments();
            case "tcpi_rtt" -> Math.max(0, probe.rtt().smoothedNanos()) / 1000;
            case "tcpi_rttvar" -> probe.rtt().variationNanos() / 1000;
            case "tcpi_min_rtt" -> probe.rtt().minimumNanos() / 1000;
            case "tcpi_snd_mss" -> segment;
            default -> null;
        };
    }

    /** How many connections of the stack of an endpoint are in a state, by the name that FreeBSD's sockstat has. */
    public static int count(Endpoint endpoint, String state) {
        int[] count = new int[1];
        ((TcpEndpoint) endpoint).layer().ground.flows.forEach(flow -> {
            if (state(flow).equals(state)) {
                count[0]++;
            }
        });
        return count[0];
    }

    /** Whether a stack knows a pair of addresses. */
    public static boolean isKnown(Endpoint endpoint, InetSocketAddress local, InetSocketAddress remote) {
        return ((TcpEndpoint) endpoint)
                        .layer()
                        .ground
                        .flows
                        .find(local.getAddress(), local.getPort(), remote.getAddress(), remote.getPort())
                != null;
    }

    private static boolean isInTimeWait(TcpConnection connection) {
        Flow flow = connection.ground.flows.find(
                connection.local, connection.localPort, connection.remote, connection.remotePort);
        return flow instanceof TimeWait;
    }

    private static String state(Flow flow) {
        if (flow instanceof TcpConnection connection) {
            TcpState now = new ConnectionProbe(connection).state();
            return now == TcpState.SYN_RECEIVED ? "SYN_RCVD" : now.name();
        }
        return flow instanceof HalfOpen ? "SYN_RCVD" : "TIME_WAIT";
    }

    /** The numbers of Linux. */
    private static long stateNumber(TcpState state) {
        return switch (state) {
            case ESTABLISHED -> 1;
            case SYN_SENT -> 2;
            case SYN_RECEIVED -> 3;
            case FIN_WAIT_1 -> 4;
            case FIN_WAIT_2 -> 5;
            case TIME_WAIT -> 6;
            case CLOSED -> 7;
            case CLOSE_WAIT -> 8;
            case LAST_ACK -> 9;
            case CLOSING -> 11;
        };
    }
}
