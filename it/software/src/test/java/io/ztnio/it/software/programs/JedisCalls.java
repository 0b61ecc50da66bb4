package io.ztnio.it.software.programs;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.ClientKillParams;

/**
 * Jedis: large values, a pipeline, a pool whose connection the server ends, and messages. Arguments: address and port, address
 * and port with TLS, and a key store.
 */
public final class JedisCalls {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final HostAndPort server;
    private final JedisClientConfig settings;

    private JedisCalls(HostAndPort server, JedisClientConfig settings) {
        this.server = server;
        this.settings = settings;
    }

    public static void main(String[] arguments) throws Exception {
        DefaultJedisClientConfig.Builder settings =
                DefaultJedisClientConfig.builder().timeoutMillis(TIMEOUT_MILLIS);
        new JedisCalls(new HostAndPort(arguments[0], Integer.parseInt(arguments[1])), settings.build()).all();
        System.out.println("did all plain");
        settings.sslOptions(SslOptions.builder()
                .truststore(new File(arguments[4]), Tls.PASSWORD.toCharArray())
                .trustStoreType("PKCS12")
                .sslVerifyMode(SslVerifyMode.FULL)
                .build());
        new JedisCalls(new HostAndPort(arguments[2], Integer.parseInt(arguments[3])), settings.build()).all();
        System.out.println("did all with TLS");
    }

    private void all() throws Exception {
        try (RedisClient client =
                RedisClient.builder().hostAndPort(server).clientConfig(settings).build()) {
            byte[] key = {1, 2, 3};
            for (int length : new int[] {0, 1, 100_000, 3_000_000}) {
                client.set(key, Bytes.of(length));
                Bytes.expect(Bytes.of(length), client.get(key));
            }
            pipeline(client);
            long id = id(client);
            Bytes.expect(id, id(client));
            endedByTheServer(client, id);
        }
        messages();
    }

    /** Which connection it is, for the server. */
    private static long id(RedisClient client) {
        return (Long) client.executeCommand(new CommandArguments(Protocol.Command.CLIENT).add("ID"));
    }

    private static void pipeline(RedisClient client) {
        List<Response<String>> answers = new ArrayList<>();
        try (Pipeline pipeline = client.pipelined()) {
            for (int i = 0; i < 1000; i++) {
                pipeline.set("key" + i, "value" + i);
                answers.add(pipeline.get("key" + i));
            }
            pipeline.sync();
        }
        for (int i = 0; i < 1000; i++) {
            Bytes.expect("value" + i, answers.get(i).get());
        }
    }

    private void endedByTheServer(RedisClient client, long id) {
        try (Jedis acting = new Jedis(server, settings)) {
            Bytes.expect(1L, acting.clientKill(new ClientKillParams().id(Long.toString(id))));
        }
        try {
            id(client);
            throw new AssertionError("the connection was not ended");
        } catch (JedisConnectionException e) {
            System.out.println("ended by the server: " + e.getMessage());
        }
        Bytes.expect(true, id(client) != id);
    }

    private void messages() throws InterruptedException {
        Received received = new Received();
        Thread listening = new Thread(
                () -> {
                    try (Jedis subscriber = new Jedis(server, settings)) {
                        subscriber.subscribe(received, "news");
                    }
                },
                "listening");
        listening.start();
        if (!received.subscribed.await(1, TimeUnit.MINUTES)) {
            throw new AssertionError("it was not subscribed");
        }
        try (Jedis publisher = new Jedis(server, settings)) {
            for (int i = 0; i < 200; i++) {
                Bytes.expect(1L, publisher.publish("news", text(i)));
            }
        }
        for (int i = 0; i < 200; i++) {
            Bytes.expect(text(i), String.valueOf(received.messages.poll(1, TimeUnit.MINUTES)));
        }
        received.unsubscribe();
        listening.join();
    }

    private static String text(int i) {
        return new String(Bytes.of(i * 100), StandardCharsets.ISO_8859_1);
    }

    private static final class Received extends JedisPubSub {
        private final CountDownLatch subscribed = new CountDownLatch(1);
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

        @Override
        public void onSubscribe(String channel, int subscribedChannels) {
            subscribed.countDown();
        }

        @Override
        public void onMessage(String channel, String message) {
            messages.add(message);
        }
    }
}
