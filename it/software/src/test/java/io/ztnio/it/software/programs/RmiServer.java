package io.ztnio.it.software.programs;

import java.lang.management.ManagementFactory;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.UnicastRemoteObject;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.ObjectName;

/**
 * A registry, an exported object, and an MBean for the JVM's own JMX connector, which is started by options. Arguments: the
 * registry's port and the object's.
 */
public final class RmiServer {
    private RmiServer() {}

    public static void main(String[] arguments) throws Exception {
        Service service = new Service();
        Registry registry = LocateRegistry.createRegistry(Integer.parseInt(arguments[0]));
        registry.bind(RmiService.NAME, UnicastRemoteObject.exportObject(service, Integer.parseInt(arguments[1])));
        ManagementFactory.getPlatformMBeanServer().registerMBean(new Counter(), new ObjectName(CounterMBean.NAME));
        System.out.println("serving");
        System.in.read();
        registry.unbind(RmiService.NAME);
        UnicastRemoteObject.unexportObject(service, true);
        UnicastRemoteObject.unexportObject(registry, true);
        System.out.println("stopped");
    }

    private static final class Service implements RmiService {
        @Override
        public byte[] echo(byte[] bytes) {
            return bytes;
        }

        @Override
        public void callBack(Callback callback, int times) throws RemoteException {
            for (int i = 0; i < times; i++) {
                callback.called(Bytes.of(i * 1000));
            }
        }
    }

    /** What is managed. */
    public interface CounterMBean {
        String NAME = "io.ztnio.it:type=Counter";

        int getCount();

        /** Adds one and tells of it. */
        void increment();
    }

    /** Counts. */
    public static final class Counter extends NotificationBroadcasterSupport implements CounterMBean {
        private final AtomicInteger count = new AtomicInteger();

        Counter() {
            super(new MBeanNotificationInfo(
                    new String[] {"count"}, Notification.class.getName(), "the count has changed"));
        }

        @Override
        public int getCount() {
            return count.get();
        }

        @Override
        public void increment() {
            int now = count.incrementAndGet();
            sendNotification(new Notification("count", CounterMBean.NAME, now));
        }
    }
}
