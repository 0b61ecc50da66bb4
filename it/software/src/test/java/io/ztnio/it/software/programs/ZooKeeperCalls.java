package io.ztnio.it.software.programs;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;

/**
 * Sessions with {@link ZooKeeperServers}: data, watches, an ephemeral node, and a session that outlives its server's restart.
 * Arguments: the address and the ports.
 */
public final class ZooKeeperCalls {
    private static final int SESSION_MILLIS = 20_000;

    /** Not {@code List.of}, which ZooKeeper cannot ask whether it contains null. */
    private static final List<ACL> EVERYBODY = Collections.singletonList(new ACL(Perms.ALL, new Id("world", "anyone")));

    private final String server;

    private ZooKeeperCalls(String server) {
        this.server = server;
    }

    public static void main(String[] arguments) throws Exception {
        ZooKeeperCalls atAddress = new ZooKeeperCalls(arguments[0] + ":" + arguments[1]);
        atAddress.data();
        atAddress.watches();
        new ZooKeeperCalls(arguments[0] + ":" + arguments[2]).data();
        atAddress.outlives();
    }

    /** A session and the changes of its state. */
    private record Session(ZooKeeper client, BlockingQueue<KeeperState> states) implements AutoCloseable {
        static Session with(String server) throws IOException, InterruptedException {
            BlockingQueue<KeeperState> states = new LinkedBlockingQueue<>();
            Session session = new Session(
                    new ZooKeeper(server, SESSION_MILLIS, event -> {
                        if (event.getType() == EventType.None) {
                            states.add(event.getState());
                        }
                    }),
                    states);
            session.await(KeeperState.SyncConnected);
            return session;
        }

        void await(KeeperState state) throws InterruptedException {
            KeeperState came = states.poll(1, TimeUnit.MINUTES);
            if (came != state) {
                throw new AssertionError(state + " was expected, " + came + " came");
            }
        }

        @Override
        public void close() {
            try {
                if (!client.close((int) TimeUnit.MINUTES.toMillis(1))) {
                    throw new AssertionError("the session did not end");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void data() throws Exception {
        try (Session session = Session.with(server)) {
            session.client.create("/data", new byte[0], EVERYBODY, CreateMode.PERSISTENT);
            for (int i = 0; i < 10; i++) {
                session.client.create(node(i), Bytes.of(300_000 + i), EVERYBODY, CreateMode.PERSISTENT);
            }
            for (int i = 0; i < 10; i++) {
                Bytes.expect(Bytes.of(300_000 + i), session.client.getData(node(i), false, new Stat()));
            }
            Bytes.expect(10, session.client.getChildren("/data", false).size());
        }
        System.out.println("did data at " + server);
    }

    private static String node(int i) {
        return "/data/" + i;
    }

    private void watches() throws Exception {
        try (Session watching = Session.with(server)) {
            Watched changed = new Watched(EventType.NodeDataChanged);
            watching.client.getData(node(0), changed::event, new Stat());
            Watched deleted = new Watched(EventType.NodeDeleted);
            try (Session acting = Session.with(server)) {
                acting.client.create("/alive", new byte[0], EVERYBODY, CreateMode.EPHEMERAL);
                Bytes.expect(true, watching.client.exists("/alive", deleted::event) != null);
                acting.client.setData(node(0), Bytes.of(7), -1);
                changed.await();
                Bytes.expect(Bytes.of(7), watching.client.getData(node(0), false, new Stat()));
            }
            deleted.await();
        }
        System.out.println("did watches");
    }

    private static final class Watched {
        private final EventType type;
        private final CountDownLatch came = new CountDownLatch(1);

        Watched(EventType type) {
            this.type = type;
        }

        void event(WatchedEvent event) {
            if (event.getType() == type) {
                came.countDown();
            }
        }

        void await() throws InterruptedException {
            if (!came.await(1, TimeUnit.MINUTES)) {
                throw new AssertionError(type + " did not come");
            }
        }
    }

    private void outlives() throws Exception {
        try (Session session = Session.with(server)) {
            long id = session.client.getSessionId();
            System.out.println("waiting for the restart");
            session.await(KeeperState.Disconnected);
            session.await(KeeperState.SyncConnected);
            Bytes.expect(id, session.client.getSessionId());
            Bytes.expect(Bytes.of(300_001), session.client.getData(node(1), false, new Stat()));
        }
        System.out.println("did a restart");
    }
}
