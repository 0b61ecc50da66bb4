package io.ztnio.provider.capture;

import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.LinkPort;
import io.ztnio.tcpip.stack.IpStack;
import io.ztnio.tcpip.stack.Stack;
import io.ztnio.tcpip.stack.StackConfig;
import io.ztnio.tcpip.turn.EngineClock;
import io.ztnio.tcpip.turn.FailureLog;
import io.ztnio.tcpip.turn.LogThread;
import io.ztnio.tcpip.turn.NodeDriver;
import io.ztnio.tcpip.turn.Parking;
import java.security.SecureRandom;
import java.util.List;

/**
 * A TCP/IP stack with nothing but a loopback link. Its thread does what is due by time; everything else runs on the threads
 * of those who call.
 *
 * <p>Thread: thread-safe.
 */
public final class LoopbackStack implements AutoCloseable {
    private static final int MTU = 10_000;
    private static final System.Logger LOG = System.getLogger("io.ztnio.engine");

    private final LogThread logs = new LogThread();
    private final NodeDriver driver;
    private final IpStack stack;
    private final LinkPort link;

    /** A stack that runs, with addresses. */
    public LoopbackStack(CapturedAddresses addresses, StackConfig config) {
        driver = new NodeDriver("ztnio-loopback", new EngineClock(), new Parking(), new FailureLog(logs.before(LOG)));
        stack = new IpStack(driver.gate(), config.withEphemeralPorts(HostPorts.look()), new SecureRandom());
        link = driver.call(now -> stack.attach(new LoopbackLink()));
        addresses(addresses);
        driver.prepare(stack::turn);
        driver.start();
    }

    /** Replaces the addresses. Connections on those that are left go on. */
    public void addresses(CapturedAddresses addresses) {
        List<IpPrefix> own = addresses.own();
        driver.gate().run(now -> link.configure(new LinkConfig(own, List.of(), MTU), now));
    }

    /** Opens endpoints. */
    public Stack stack() {
        return stack;
    }

    /** Resets what is connected and ends the thread. Outside the gate. */
    @Override
    public void close() {
        driver.gate().run(link::detach);
        driver.close();
        logs.close();
    }
}
