package io.ztnio.provider.service;

import io.ztnio.protocol.controller.ControllerCounts;
import io.ztnio.protocol.identity.Identity;
import io.ztnio.protocol.vl1.DropReason;
import io.ztnio.protocol.vl1.PeerStatus;
import io.ztnio.protocol.wire.ErrorCode;
import io.ztnio.protocol.wire.Verb;
import io.ztnio.protocol.world.World;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node as it was at one moment. Immutable.
 *
 * @param identity of which only the public half is told
 * @param online whether a root answers, or we are one
 * @param listening UDP addresses bound, by the number of the socket
 * @param surfaces our UDP addresses as others see them
 * @param portMapping whether a router is asked to map a port
 * @param tcpRelay the relay over TCP
 * @param wantedMoons IDs of moons that a root is asked for
 * @param traffic what has been counted since the start
 * @param packets the packets among that
 * @param drops how often something was dropped, by reason
 * @param served the networks that this node controls, with the number of their members; empty if it is no controller
 * @param control what it has done for them
 */
public record NodeReport(
        Identity identity,
        boolean online,
        List<InetSocketAddress> listening,
        List<InetSocketAddress> surfaces,
        boolean portMapping,
        TcpRelay tcpRelay,
        Optional<World> planet,
        List<World> moons,
        Set<Long> wantedMoons,
        List<NetworkReport> networks,
        List<PeerStatus> peers,
        Traffic traffic,
        Packets packets,
        Map<DropReason, Long> drops,
        Map<Long, Integer> served,
        ControllerCounts control) {
    /**
     * A relay over TCP for when UDP does not get through.
     *
     * @param allowed whether there is one
     * @param forced whether it is used without need
     * @param active whether datagrams go by it just now
     * @param at its host and port; empty if there is none
     * @param bytesIn bytes that connections to it have brought since the start
     * @param bytesOut bytes that they have taken
     */
    public record TcpRelay(boolean allowed, boolean forced, boolean active, String at, long bytesIn, long bytesOut) {
        /** There is none. */
        public static final TcpRelay NONE = new TcpRelay(false, false, false, "", 0, 0);
    }

    /**
     * Counts since the start.
     *
     * @param datagramsIn datagrams received
     * @param bytesIn their bytes
     * @param datagramsOut datagrams sent
     * @param bytesOut their bytes
     * @param packetsIn authentic packets for us
     * @param packetsOut packets of ours
     * @param relayed datagrams forwarded for others
     */
    public record Traffic(
            long datagramsIn,
            long bytesIn,
            long datagramsOut,
            long bytesOut,
            long packetsIn,
            long packetsOut,
            long relayed) {}

    /**
     * Counts since the start, without those that are zero.
     *
     * @param in authentic packets for us
     * @param out packets of ours
     * @param errorsIn refusals that came
     * @param errorsOut refusals of ours
     */
    public record Packets(
            Map<Verb, Long> in, Map<Verb, Long> out, Map<ErrorCode, Long> errorsIn, Map<ErrorCode, Long> errorsOut) {
        public Packets {
            in = Map.copyOf(in);
            out = Map.copyOf(out);
            errorsIn = Map.copyOf(errorsIn);
            errorsOut = Map.copyOf(errorsOut);
        }
    }

    public NodeReport {
        listening = List.copyOf(listening);
        surfaces = List.copyOf(surfaces);
        moons = List.copyOf(moons);
        wantedMoons = Set.copyOf(wantedMoons);
        networks = List.copyOf(networks);
        peers = List.copyOf(peers);
        drops = Map.copyOf(drops);
        served = Map.copyOf(served);
    }
}
