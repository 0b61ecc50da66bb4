package io.ztnio.it.software.programs;

import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.rmi.registry.LocateRegistry;
import java.rmi.server.UnicastRemoteObject;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Calls {@link RmiServer} and is called back by it, and looks at its MBeans. Arguments: the server's address, the ports of its
 * registry and of its JMX connector, and the port for the object that is called back.
 */
public final class RmiCalls {
    private static final int NOTIFICATIONS = 100;

    private RmiCalls() {}

    public static void main(String[] arguments) throws Exception {
        remoteObject(arguments[0], Integer.parseInt(arguments[1]), Integer.parseInt(arguments[3]));
        System.out.println("did RMI");
        management(arguments[0] + ":" + arguments[2]);
        System.out.println("did JMX");
    }

    private static void remoteObject(String address, int registryPort, int callbackPort) throws Exception {
        RmiService service =
                (RmiService) LocateRegistry.getRegistry(address, registryPort).lookup(RmiService.NAME);
        for (int length : new int[] {0, 1, 100_000, 3_000_000}) {
            Bytes.expect(Bytes.of(length), service.echo(Bytes.of(length)));
        }
        Called called = new Called();
        service.callBack((RmiService.Callback) UnicastRemoteObject.exportObject(called, callbackPort), 50);
        Bytes.expect(50, called.calls.get());
        UnicastRemoteObject.unexportObject(called, true);
    }

    @SuppressWarnings("BanJNDI") // it is the test's own server
    private static void management(String at) throws Exception {
        JMXServiceURL url = new JMXServiceURL("service:jmx:rmi:///jndi/rmi://" + at + "/jmxrmi");
        CountDownLatch told = new CountDownLatch(NOTIFICATIONS);
        try (JMXConnector connector = JMXConnectorFactory.connect(url)) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            RuntimeMXBean runtime = ManagementFactory.getPlatformMXBean(server, RuntimeMXBean.class);
            Bytes.expect(false, runtime.getPid() == ProcessHandle.current().pid());
            Bytes.expect(true, server.queryNames(null, null).size() > 10);
            ObjectName name = new ObjectName(RmiServer.CounterMBean.NAME);
            RmiServer.CounterMBean counter = JMX.newMBeanProxy(server, name, RmiServer.CounterMBean.class);
            server.addNotificationListener(name, (notification, handback) -> told.countDown(), null, null);
            for (int i = 0; i < NOTIFICATIONS; i++) {
                counter.increment();
            }
            Bytes.expect(NOTIFICATIONS, counter.getCount());
            if (!told.await(1, TimeUnit.MINUTES)) {
                throw new AssertionError(told.getCount() + " notifications did not come");
            }
        }
    }

    private static final class Called implements RmiService.Callback {
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public void called(byte[] bytes) {
            Bytes.expect(Bytes.of(calls.getAndIncrement() * 1000), bytes);
        }
    }
}
