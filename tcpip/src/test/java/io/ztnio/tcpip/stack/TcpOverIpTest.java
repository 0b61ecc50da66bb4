package io.ztnio.tcpip.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.endpoint.ListenerEndpoint;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.sim.Lan;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TCP through the whole stack: neighbours, IP, links, and the own address. */
class TcpOverIpTest {
    @ParameterizedTest
    @CsvSource({"10.1.0.1, 10.1.0.2", "fd00::1, fd00::2"})
    void twoHostsExchangeData(String left, String right) throws IOException {
        Lan lan = new Lan(5);
        Lan.Host client = lan.host(0x32_0000_000001L, left + (left.contains(":") ? "/64" : "/24"));
        Lan.Host server = lan.host(0x32_0000_000002L, right + (right.contains(":") ? "/64" : "/24"));

        exchange(lan, client, server, right);
    }

    @ParameterizedTest
    @CsvSource({"10.1.0.1"})
    void hostTalksToItself(String address) throws IOException {
        Lan lan = new Lan(6);
        Lan.Host host = lan.host(0x32_0000_000001L, address + "/24");

        exchange(lan, host, host, address);
    }

    /** Scenario 21: a neighbour that does not answer for three seconds. */
    @Test
    void synDoesNotLeaveBeforeTheNeighbourIsKnown() throws IOException {
        Lan lan = new Lan(7);
        Lan.Host client = lan.host(0x32_0000_000001L, "10.1.0.1/24");
        StreamEndpoint near = client.stack.openStream();
        near.connect(Lan.socket("10.1.0.9", 80));

        lan.run(2_900_000_000L);
        assertThat(near.finishConnect()).isFalse();
        lan.run(200_000_000L);

        assertThatThrownBy(near::finishConnect)
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessage("No route to host");
        assertThat(client.link.sent).hasSize(3).allMatch(frame -> frame.etherType() == 0x0806);
    }

    /** RFC 1122 4.2.3.10; the answer is Linux's. */
    @ParameterizedTest
    @CsvSource({"224.0.0.1", "239.1.2.3", "255.255.255.255", "10.1.0.255", "ff02::1", "ff05::99"})
    void nobodyConnectsToAGroupOrToEverybody(String group) throws IOException {
        Lan lan = new Lan(8);
        Lan.Host host = lan.host(0x32_0000_000001L, "10.1.0.1/24", "fd00::1/64");
        for (String own : new String[] {"", group.contains(":") ? "fd00::1" : "10.1.0.1"}) {
            StreamEndpoint stream = host.stack.openStream();
            if (!own.isEmpty()) {
                stream.bind(Lan.socket(own, 0));
            }

            assertThatThrownBy(() -> stream.connect(Lan.socket(group, 80)))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Network is unreachable");
        }
        lan.run(2_000_000_000L);

        // Nothing but what a host says of itself: the memberships of its addresses.
        assertThat(host.stack.connections()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"10.1.0.2", "10.1.0.1"})
    void bothEndsMayOpenAtOnce(String other) throws IOException {
        Lan lan = new Lan(7);
        Lan.Host left = lan.host(0x32_0000_000001L, "10.1.0.1/24");
        Lan.Host right = other.equals("10.1.0.1") ? left : lan.host(0x32_0000_000002L, other + "/24");
        StreamEndpoint one = left.stack.openStream();
        StreamEndpoint two = right.stack.openStream();
        one.bind(Lan.socket("10.1.0.1", 7000));
        two.bind(Lan.socket(other, 8000));

        one.connect(Lan.socket(other, 8000));
        two.connect(Lan.socket("10.1.0.1", 7000));
        lan.run(100_000_000L);

        assertThat(one.finishConnect()).isTrue();
        assertThat(two.finishConnect()).isTrue();
        one.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        lan.run(100_000_000L);
        assertThat(two.read(ByteBuffer.allocate(10))).isEqualTo(3);
    }

    private static void exchange(Lan lan, Lan.Host client, Lan.Host server, String address) throws IOException {
        ListenerEndpoint listener = server.stack.openListener();
        listener.bind(Lan.socket(address, 80));
        listener.listen(5);
        StreamEndpoint near = client.stack.openStream();
        near.connect(Lan.socket(address, 80));
        lan.run(100_000_000L);
        StreamEndpoint far = listener.accept();
        assertThat(near.finishConnect()).isTrue();

        ByteBuffer out = ByteBuffer.allocate(200_000);
        for (int i = 0; i < out.capacity(); i++) {
            out.put(i, (byte) (i * 7));
        }
        assertThat(near.write(out)).isEqualTo(200_000);
        near.shutdownOutput();
        lan.run(2_000_000_000L);
        ByteBuffer in = ByteBuffer.allocate(300_000);

        assertThat(far.read(in)).isEqualTo(200_000);
        assertThat(far.read(in)).isEqualTo(-1);
        assertThat(in.flip()).isEqualTo(out.flip());
        far.close();
        near.close();
    }
}
