package io.ztnio.it.software.programs;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KillArgs;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Lettuce: large values, many commands at once, a connection that comes back after the server has ended it, and messages, also
 * then. Arguments: address and port, address and port with TLS, and a key store.
 */
public final class LettuceCalls {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private LettuceCalls() {}

    public static void main(String[] arguments) throws Exception {
        all(
                RedisURI.builder()
                        .withHost(arguments[0])
                        .withPort(Integer.parseInt(arguments[1]))
                        .withTimeout(TIMEOUT)
                        .build(),
                SslOptions.create());
        System.out.println("did all plain");
        all(
                RedisURI.builder()
                        .withHost(arguments[2])
                        .withPort(Integer.parseInt(arguments[3]))
                        .withTimeout(TIMEOUT)
                        .withSsl(true)
                        .build(),
                SslOptions.builder().trustManager(Tls.trust(arguments[4])).build());
        System.out.println("did all with TLS");
    }

    private static void all(RedisURI server, SslOptions tls) throws Exception {
        RedisClient client = RedisClient.create(server);
        client.setOptions(ClientOptions.builder().sslOptions(tls).build());
        try {
            values(client);
            connectionComesBack(client);
            messages(client);
        } finally {
            client.shutdown(Duration.ZERO, TIMEOUT);
        }
    }

    private static void values(RedisClient client) {
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
            RedisCommands<byte[], byte[]> commands = connection.sync();
            byte[] key = {3, 2, 1};
            for (int length : new int[] {0, 1, 100_000, 3_000_000}) {
                commands.set(key, Bytes.of(length));
                Bytes.expect(Bytes.of(length), commands.get(key));
            }
            RedisAsyncCommands<byte[], byte[]> many = connection.async();
            List<RedisFuture<?>> all = new ArrayList<>();
            List<RedisFuture<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                all.add(many.set(key, Bytes.of(i)));
                answers.add(many.get(key));
            }
            all.addAll(answers);
            Bytes.expect(true, LettuceFutures.awaitAll(TIMEOUT, all.toArray(RedisFuture[]::new)));
            for (int i = 0; i < 1000; i++) {
                Bytes.expect(Bytes.of(i), answers.get(i).toCompletableFuture().join());
            }
        }
    }

    private static void connectionComesBack(RedisClient client) {
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            long id = connection.sync().clientId();
            Bytes.expect(id, connection.sync().clientId());
            end(client, id);
            Bytes.expect(true, connection.sync().clientId() != id);
        }
    }

    private static void end(RedisClient client, long id) {
        try (StatefulRedisConnection<String, String> acting = client.connect()) {
            Bytes.expect(1L, acting.sync().clientKill(KillArgs.Builder.id(id)));
        }
    }

    private static void messages(RedisClient client) throws InterruptedException {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        BlockingQueue<String> subscribed = new LinkedBlockingQueue<>();
        try (StatefulRedisPubSubConnection<String, String> connection = client.connectPubSub();
                StatefulRedisConnection<String, String> publishing = client.connect()) {
            connection.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    messages.add(message);
                }

                @Override
                public void subscribed(String channel, long count) {
                    subscribed.add(channel);
                }
            });
            connection.sync().subscribe("news");
            Bytes.expect("news", String.valueOf(subscribed.poll(1, TimeUnit.MINUTES)));
            publish(publishing, messages);
            // Lettuce subscribes again on the connection that takes the place of this one.
            end(client, Long.parseLong(field(publishing.sync().clientList(), "sub=1", "id")));
            Bytes.expect("news", String.valueOf(subscribed.poll(1, TimeUnit.MINUTES)));
            publish(publishing, messages);
        }
    }

    private static void publish(StatefulRedisConnection<String, String> publishing, BlockingQueue<String> messages)
            throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            Bytes.expect(1L, publishing.sync().publish("news", text(i)));
        }
        for (int i = 0; i < 200; i++) {
            Bytes.expect(text(i), String.valueOf(messages.poll(1, TimeUnit.MINUTES)));
        }
    }

    private static String text(int i) {
        return new String(Bytes.of(i * 100), StandardCharsets.ISO_8859_1);
    }

    /** Of the server's list of clients, a field of the first line that has another one. */
    private static String field(String clients, String having, String name) {
        for (String line : clients.split("\n", -1)) {
            List<String> fields = List.of(line.split(" ", -1));
            if (fields.contains(having)) {
                return fields.stream()
                        .filter(field -> field.startsWith(name + "="))
                        .findFirst()
                        .orElseThrow()
                        .substring(name.length() + 1);
            }
        }
        throw new AssertionError("no client with " + having + ": " + clients);
    }
}
