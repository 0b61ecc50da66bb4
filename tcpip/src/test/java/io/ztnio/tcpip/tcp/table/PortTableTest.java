package io.ztnio.tcpip.tcp.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ztnio.tcpip.EphemeralPorts;
import io.ztnio.tcpip.tcp.config.TcpConfig;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whoever looks for a port when hardly any is free lets others in between. */
class PortTableTest {
    private static final int FIRST = 40_000;
    private static final int COUNT = 2000;

    private final InetAddress address = InetAddress.getLoopbackAddress();
    private final PortTable<Object> ports = new PortTable<>(
            new PortUse(),
            TcpConfig.builder()
                    .ephemeralPorts(new EphemeralPorts(FIRST, FIRST + COUNT - 1))
                    .build(),
            new Random(5));

    private PortTable.Binding<Object> bind(int port, PortTable.Search search) throws BindException {
        return ports.bind(new InetSocketAddress(address, port), false, false, false, search);
    }

    private void occupyAllBut(int free) throws BindException {
        for (int port = FIRST; port < FIRST + COUNT; port++) {
            if (port != free) {
                bind(port, new PortTable.Search());
            }
        }
    }

    @Test
    void theOnlyFreePortIsFoundInStepsWithABound() throws BindException {
        int free = FIRST + 777;
        occupyAllBut(free);
        PortTable.Search search = new PortTable.Search();
        PortTable.Binding<Object> found = null;
        int steps = 0;

        while (found == null) {
            found = bind(0, search);
            steps++;
            assertThat(steps).isLessThanOrEqualTo(COUNT / PortTable.PORTS_AT_ONCE + 1);
        }

        assertThat(found.port()).isEqualTo(free);
    }

    @Test
    void thatThereIsNoneIsSaidAfterALookAtAll() throws BindException {
        occupyAllBut(0);
        PortTable.Search search = new PortTable.Search();
        for (int i = 0; i < COUNT / PortTable.PORTS_AT_ONCE; i++) {
            assertThat(bind(0, search)).isNull();
            assertThat(search.isUnderWay()).isTrue();
        }

        assertThatThrownBy(() -> bind(0, search))
                .isInstanceOf(BindException.class)
                .hasMessage("Address already in use");
    }
}
