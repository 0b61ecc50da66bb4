package io.ztnio.it.software.programs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker that is its own controller, started as {@code kafka-storage.sh} and {@code kafka-server-start.sh} do, and ended
 * by a signal. Arguments: an address, a port, the controller's port, and a folder.
 */
public final class KafkaBroker {
    private KafkaBroker() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[3]));
        Path settings = folder.resolve("server.properties");
        String broker = arguments[0] + ":" + arguments[1];
        String controller = arguments[0] + ":" + arguments[2];
        Files.write(
                settings,
                List.of(
                        "process.roles=broker,controller",
                        "node.id=1",
                        "controller.quorum.voters=1@" + controller,
                        "listeners=PLAINTEXT://" + broker + ",CONTROLLER://" + controller,
                        "advertised.listeners=PLAINTEXT://" + broker,
                        "controller.listener.names=CONTROLLER",
                        "log.dirs=" + folder.resolve("logs"),
                        "offsets.topic.replication.factor=1",
                        "offsets.topic.num.partitions=1",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "group.initial.rebalance.delay.ms=0"));
        String[] format = {"format", "-t", Uuid.randomUuid().toString(), "-c", settings.toString()};
        if (StorageTool.execute(format, System.out) != 0) {
            throw new IllegalStateException("the storage was not formatted");
        }
        Kafka.main(new String[] {settings.toString()});
    }
}
