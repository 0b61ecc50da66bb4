package io.ztnio.provider.runtime;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.protocol.config.SingleSignOn;
import io.ztnio.protocol.identity.Address;
import io.ztnio.protocol.store.FileReason;
import io.ztnio.protocol.store.TextFile;
import io.ztnio.protocol.vl1.PeerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Replaces a JSON file with a node's status every second, for whoever watches the process from outside.
 *
 * <p>Thread: one of its own.
 */
final class StatusFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.ztnio");

    /** A disk that hangs does not keep a node from its end. */
    private static final long END_MILLIS = 5000;

    private final BooleanSupplier isOpen;
    private final Supplier<Map<String, Object>> status;
    private final Path file;
    private final Thread writer = new Thread(this::writeUntilClosed, "ztnio-status");
    private volatile boolean closed;

    private StatusFile(BooleanSupplier isOpen, Supplier<Map<String, Object>> status, Path file) {
        this.isOpen = isOpen;
        this.status = status;
        this.file = file;
    }

    static StatusFile start(Engine engine, Path file) {
        return start(engine::isOpen, () -> toMap(engine.status()), file);
    }

    /** The same for a node of another kind; ends by itself, a moment after that is not open any more. */
    static StatusFile start(BooleanSupplier isOpen, Supplier<Map<String, Object>> status, Path file) {
        StatusFile started = new StatusFile(isOpen, status, file);
        started.writer.setDaemon(true);
        started.writer.start();
        return started;
    }

    /** Waits for the thread's end, for a bounded time. An interrupt ends the wait and leaves its status set. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(writer);
        try {
            writer.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it ends by itself. */
    void awaitEnd() throws InterruptedException {
        writer.join();
    }

    /** Whether the thread runs. */
    boolean isWritten() {
        return writer.isAlive();
    }

    private void writeUntilClosed() {
        if (holdsSomethingElse(file)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "ztnio.status.file=" + file
                            + " holds something else than a node's status and is kept; name another file");
            return;
        }
        boolean failed = false;
        while (!closed && isOpen.getAsBoolean()) {
            try {
                replace(file, status.get());
                failed = false;
            } catch (IOException e) {
                if (!failed) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "cannot write ztnio.status.file=" + file + ": " + FileReason.of(e) + "; it is tried again");
                }
                failed = true;
            } catch (IllegalStateException e) {
                // The node was closed while it was asked.
                return;
            }
            LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(1));
            // Somebody's interrupt must not keep it from ever sleeping again.
            Thread.interrupted();
        }
    }

    /** A wrong name must not cost an identity or a definition. */
    static boolean holdsSomethingElse(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) == 0) {
                return false;
            }
            Map<String, Object> content = JSON.std.mapFrom(TextFile.read(file));
            return !content.containsKey("address") || !content.containsKey("online");
        } catch (IOException e) {
            return true;
        }
    }

    private static void replace(Path file, Map<String, Object> status) throws IOException {
        byte[] json = (JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(status) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        Path next = file.resolveSibling(file.getFileName() + ".next");
        // In a folder that others write to, such as /tmp, somebody may have put a link there.
        Files.deleteIfExists(next);
        try (ByteChannel channel = Files.newByteChannel(
                next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes(next))) {
            ByteBuffer buffer = ByteBuffer.wrap(json);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Others may read it, and nobody else writes it, whatever the umask is. */
    private static FileAttribute<?>[] attributes(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"))
                }
                : new FileAttribute<?>[0];
    }

    /** The status as JSON objects; the names are part of what users see. */
    static Map<String, Object> toMap(EngineStatus status) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("address", Address.format(status.address()));
        map.put("online", status.online());
        map.put("endpoints", texts(status.localAddresses()));
        map.put("surfaces", texts(status.surfaces()));
        map.put("networks", status.networks().stream().map(StatusFile::network).toList());
        map.put("peers", status.peers().stream().map(StatusFile::peer).toList());
        return map;
    }

    private static Map<String, Object> network(NetworkView network) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", String.format("%016x", network.id()));
        map.put("status", network.status().name());
        map.put("name", network.config().map(config -> config.name()).orElse(""));
        map.put("mtu", network.config().map(config -> config.mtuBytes()).orElse(0));
        map.put(
                "addresses",
                network.config()
                        .map(config -> config.addresses().stream()
                                .map(prefix -> prefix.address().getHostAddress() + "/" + prefix.bits())
                                .toList())
                        .orElse(List.of()));
        map.put(
                "linkLocal",
                network.linkLocal().map(InetAddress::getHostAddress).orElse(""));
        Dns dns = network.config().map(NetworkConfig::dns).orElse(Dns.NONE);
        map.put(
                "dns",
                Map.of(
                        "domain",
                        dns.domain(),
                        "servers",
                        dns.servers().stream().map(InetAddress::getHostAddress).toList()));
        SingleSignOn login = network.singleSignOn();
        map.put("ssoEnabled", login.enabled());
        map.put("authenticationURL", login.page());
        map.put("authenticationExpiryTime", login.expiryMillis());
        map.put("issuerURL", login.version() == 0 ? "" : login.url());
        return map;
    }

    private static Map<String, Object> peer(PeerStatus peer) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("address", Address.format(peer.address()));
        map.put("role", peer.role().name());
        map.put("version", peer.version());
        map.put("direct", peer.direct());
        map.put(
                "path",
                peer.paths().stream()
                        .filter(PeerStatus.PathStatus::preferred)
                        .map(path -> text(path.remote()))
                        .findFirst()
                        .orElse(""));
        map.put(
                "pathMtu",
                peer.paths().stream()
                        .filter(PeerStatus.PathStatus::preferred)
                        .mapToInt(PeerStatus.PathStatus::mtuBytes)
                        .findFirst()
                        .orElse(0));
        map.put("latencyMillis", peer.latencyMillis());
        return map;
    }

    private static List<String> texts(List<InetSocketAddress> addresses) {
        return addresses.stream().map(StatusFile::text).toList();
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + "/" + address.getPort();
    }
}
