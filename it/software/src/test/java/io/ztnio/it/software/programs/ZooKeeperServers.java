package io.ztnio.it.software.programs;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/**
 * Two ZooKeeper servers, one at an address and one at the wildcard address. The line {@code restart} ends the first and starts
 * it again. Arguments: the address, a port for each, and a folder.
 */
public final class ZooKeeperServers {
    private ZooKeeperServers() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[3]);
        Properties bound = ports(arguments[1]);
        bound.setProperty("clientPortAddress", arguments[0]);
        ZooKeeperServerEmbedded atAddress = start(folder.resolve("bound"), bound);
        ZooKeeperServerEmbedded everywhere = start(folder.resolve("wildcard"), ports(arguments[2]));
        System.out.println("serving");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while ("restart".equals(in.readLine())) {
            atAddress.close();
            atAddress = start(folder.resolve("bound"), bound);
            System.out.println("started again");
        }
        atAddress.close();
        everywhere.close();
        System.out.println("stopped");
    }

    private static Properties ports(String port) {
        Properties properties = new Properties();
        properties.setProperty("clientPort", port);
        properties.setProperty("tickTime", "1000");
        properties.setProperty("admin.enableServer", "false");
        return properties;
    }

    private static ZooKeeperServerEmbedded start(Path folder, Properties properties) throws Exception {
        ZooKeeperServerEmbedded server = ZooKeeperServerEmbedded.builder()
                .baseDir(Files.createDirectories(folder))
                .configuration(properties)
                .exitHandler(ExitHandler.LOG_ONLY)
                .build();
        server.start();
        return server;
    }
}
