package io.ztnio.tcpip.stack;

import static io.ztnio.tcpip.sim.Lan.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.Gate;
import io.ztnio.tcpip.endpoint.DatagramEndpoint;
import io.ztnio.tcpip.sim.Lan;
import io.ztnio.tcpip.sim.SimGate;
import io.ztnio.tcpip.sim.TestLink;
import java.io.IOException;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagram sockets that choose no port when hardly any is free: others get into the gate between their looks. */
class UdpPortsTest {
    private static final String FIRST_OWN = "10.1.0.1";
    private static final String SECOND_OWN = "10.1.0.2";
    private static final int FIRST = 40_000;
    private static final int COUNT = 2000;

    /** A look is at 512 ports at most. */
    private static final int MOST_LOOKS = 4;

    private final CountingGate gate = new CountingGate();
    private final IpStack stack = new IpStack(
            gate,
            StackConfig.defaults().withEphemeralPorts(new EphemeralPorts(FIRST, FIRST + COUNT - 1)),
            new Random(8));

    private static final class CountingGate implements Gate {
        private final SimGate gate = new SimGate();
        private int entered;

        @Override
        public void post(Task task) {
            gate.post(task);
        }

        @Override
        public void run(Task task) {
            entered++;
            gate.run(task);
        }
    }

    @BeforeEach
    void attach() {
        stack.attach(new TestLink(0x0200_0000_000aL))
                .configure(Lan.config(2800, List.of(), FIRST_OWN + "/16", SECOND_OWN + "/16"), 1);
    }

    private DatagramEndpoint bind(String own, int port) throws IOException {
        DatagramEndpoint endpoint = stack.openDatagram();
        endpoint.bind(socket(own, port));
        return endpoint;
    }

    private void occupy(String own, int except) throws IOException {
        for (int port = FIRST; port < FIRST + COUNT; port++) {
            if (port != except) {
                bind(own, port);
            }
        }
    }

    @Test
    void theOnlyPortThatNobodyHasIsFoundAtTheFirstLook() throws IOException {
        occupy(FIRST_OWN, FIRST + 777);
        gate.entered = 0;

        assertThat(bind(FIRST_OWN, 0).localAddress().getPort()).isEqualTo(FIRST + 777);
        assertThat(gate.entered).isEqualTo(1);
    }

    @Test
    void theOnlyPortThatCanBeSharedIsFoundInSteps() throws IOException {
        occupy(FIRST_OWN, 0);
        occupy(SECOND_OWN, FIRST + 777);
        gate.entered = 0;

        assertThat(bind(SECOND_OWN, 0).localAddress().getPort()).isEqualTo(FIRST + 777);
        assertThat(gate.entered).isBetween(1, MOST_LOOKS);
    }

    @Test
    void thatThereIsNoneIsSaidAfterLooksAtAll() throws IOException {
        occupy("0.0.0.0", 0);
        gate.entered = 0;

        assertThatThrownBy(() -> bind(FIRST_OWN, 0))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
        assertThat(gate.entered).isEqualTo(MOST_LOOKS);
        gate.entered = 0;
        assertThatThrownBy(() -> stack.openDatagram().connect(socket("10.1.0.3", 7)))
                .isInstanceOf(BindException.class);
        assertThat(gate.entered).isEqualTo(MOST_LOOKS);
        gate.entered = 0;
        assertThatThrownBy(() -> stack.openDatagram().send(ByteBuffer.allocate(1), socket("10.1.0.3", 7)))
                .isInstanceOf(BindException.class);
        assertThat(gate.entered).isEqualTo(MOST_LOOKS);
    }

    @Test
    void aPortIsFreeAgainWhenTheLastEndpointThatHasItIsClosed() throws IOException {
        occupy(FIRST_OWN, FIRST + 5);
        DatagramEndpoint one = bind(FIRST_OWN, FIRST + 5);
        DatagramEndpoint other = bind(SECOND_OWN, FIRST + 5);

        one.close();
        assertThat(bind(FIRST_OWN, 0).localAddress().getPort()).isEqualTo(FIRST + 5);
        other.close();

        assertThatThrownBy(() -> bind(FIRST_OWN, 0)).isInstanceOf(BindException.class);
        assertThat(bind(SECOND_OWN, 0).localAddress().getPort()).isBetween(FIRST, FIRST + COUNT - 1);
    }
}
