package io.ztnio.it.software.programs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;

/**
 * A topic, records into it, and two consumers of a group, one after the other, the second of which goes on where the first has
 * committed. Arguments: the broker's address and port.
 */
public final class KafkaCalls {
    private static final String TOPIC = "numbers";
    private static final int RECORDS = 1000;
    private static final int FIRST = 400;

    private final String broker;
    private final Map<Integer, byte[]> got = new TreeMap<>();

    private KafkaCalls(String broker) {
        this.broker = broker;
    }

    public static void main(String[] arguments) throws Exception {
        KafkaCalls calls = new KafkaCalls(arguments[0] + ":" + arguments[1]);
        calls.create();
        calls.produce();
        System.out.println("did produce");
        calls.consume(FIRST, 100);
        calls.consume(RECORDS, 500);
        for (int i = 0; i < RECORDS; i++) {
            Bytes.expect(value(i), calls.got.get(i));
        }
        System.out.println("did consume");
    }

    private static byte[] value(int i) {
        return Bytes.of(i * 7);
    }

    private void create() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 3, (short) 1))).all().get(1, TimeUnit.MINUTES);
            // What the broker says of itself is where the clients go next.
            Bytes.expect(
                    broker,
                    admin.describeCluster().nodes().get(1, TimeUnit.MINUTES).stream()
                            .map(node -> node.host() + ":" + node.port())
                            .findFirst()
                            .orElseThrow());
        }
    }

    private void produce() throws Exception {
        try (KafkaProducer<Integer, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker, "acks", "all", "compression.type", "gzip"),
                new IntegerSerializer(),
                new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                sent.add(producer.send(new ProducerRecord<>(TOPIC, i, value(i))));
            }
            for (Future<RecordMetadata> record : sent) {
                record.get(1, TimeUnit.MINUTES);
            }
        }
    }

    /** Consumes until {@code upTo} records have come in all, as a member of the group, and commits. */
    private void consume(int upTo, int maxPoll) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        try (KafkaConsumer<Integer, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker,
                        "group.id",
                        "readers",
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest",
                        "max.poll.records",
                        maxPoll),
                new IntegerDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            while (got.size() < upTo && System.nanoTime() - deadline < 0) {
                for (ConsumerRecord<Integer, byte[]> polled : consumer.poll(Duration.ofSeconds(1))) {
                    if (got.put(polled.key(), polled.value()) != null) {
                        throw new AssertionError("record " + polled.key() + " came twice");
                    }
                }
                consumer.commitSync();
            }
        }
        Bytes.expect(true, got.size() >= upTo);
    }
}
