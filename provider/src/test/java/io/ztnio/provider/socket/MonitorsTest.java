package io.ztnio.provider.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.overlay.runtime.OverlayNode;
import io.ztnio.overlay.socket.OverlayStream;
import io.ztnio.overlay.transport.MemoryHub;
import io.ztnio.provider.ZeroTierSelectorProvider;
import io.ztnio.provider.async.ZeroTierAsynchronousSocketChannel;
import io.ztnio.provider.channel.ZeroTierSocketChannel;
import io.ztnio.provider.dns.DnsClient;
import io.ztnio.provider.dual.DualSocket;
import io.ztnio.provider.names.Names;
import io.ztnio.provider.os.OsProvider;
import io.ztnio.provider.routing.Routing;
import io.ztnio.provider.runtime.EngineStatus;
import io.ztnio.provider.selector.ZeroTierSelector;
import io.ztnio.provider.sender.SenderWorkers;
import io.ztnio.tcpip.endpoint.StreamEndpoint;
import io.ztnio.tcpip.stack.Stack;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Who waits with a monitor pins the carrier of a virtual thread, up to JDK 23, and since then no tool shows it: whatever a
 * thread of the application may wait in has locks instead.
 */
class MonitorsTest {
    /** Each with the reason why nothing waits there for longer than another thread computes. */
    private static final Set<String> BRIEF = Set.of(
            // They read or write the fields of a packet, and leave the monitor before anything waits.
            "io/ztnio/provider/channel/ZeroTierDatagramSocket.receive",
            "io/ztnio/provider/channel/ZeroTierDatagramSocket.send",
            "io/ztnio/provider/socket/ZeroTierMulticastSocket.receive",
            // Tables in memory.
            "io/ztnio/provider/ZeroTierSelectorProvider$Inherited.channel",
            "io/ztnio/provider/runtime/OverlayReports.ends",
            "io/ztnio/provider/runtime/OverlayReports.late",
            "io/ztnio/provider/runtime/OverlayReports.onEvent",
            "io/ztnio/provider/runtime/OverlayReports.started",
            "io/ztnio/provider/selector/ZeroTierSelector.flushCancelled",
            "io/ztnio/overlay/transport/MemoryHub.attach",
            "io/ztnio/overlay/transport/MemoryHub.carry",
            "io/ztnio/overlay/transport/MemoryHub.detach",
            "io/ztnio/overlay/transport/MemoryHub.faults",
            "io/ztnio/overlay/transport/MemoryHub.heal",
            "io/ztnio/overlay/transport/MemoryHub.lost",
            "io/ztnio/overlay/transport/MemoryHub.others",
            "io/ztnio/overlay/transport/MemoryHub.side",
            "io/ztnio/overlay/transport/MemoryPort.close",
            "io/ztnio/overlay/transport/MemoryPort.nextArrivalNanos",
            "io/ztnio/overlay/transport/MemoryPort.offer",
            "io/ztnio/overlay/transport/MemoryPort.receive");

    /** Those of the NIO contract: a select holds the selector and its selected keys, which the JDK's does too. */
    private static final Set<String> PROMISED = Set.of(
            "io/ztnio/provider/selector/ZeroTierSelector.implCloseSelector",
            "io/ztnio/provider/selector/ZeroTierSelector.lockAndSelect");

    /** Starts and ends, once for a process or a node: files are read, sockets are opened. */
    private static final Set<String> ONCE = Set.of(
            "io/ztnio/provider/runtime/ProcessNetworks.look",
            "io/ztnio/overlay/runtime/OverlayNode.start",
            "io/ztnio/overlay/runtime/OverlayNode.stop");

    @Test
    void noMonitorIsHeldWhereSomethingMayWait() throws Exception {
        Set<String> monitors = new TreeSet<>();
        List<Class<?>> onePerPackage = List.of(
                // provider
                ZeroTierSelectorProvider.class,
                ZeroTierAsynchronousSocketChannel.class,
                ZeroTierSocketChannel.class,
                DnsClient.class,
                DualSocket.class,
                Names.class,
                OsProvider.class,
                Routing.class,
                EngineStatus.class,
                ZeroTierSelector.class,
                SenderWorkers.class,
                ZeroTierSocketImpl.class,
                // tcpip
                StreamEndpoint.class,
                Stack.class,
                // overlay
                OverlayNode.class,
                OverlayStream.class,
                MemoryHub.class);
        for (Class<?> one : onePerPackage) {
            lookBeside(one, monitors);
        }

        assertThat(monitors)
                .isEqualTo(Stream.of(BRIEF, PROMISED, ONCE)
                        .flatMap(Set::stream)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static void lookBeside(Class<?> type, Set<String> monitors) throws IOException, URISyntaxException {
        URL file = type.getResource(type.getSimpleName() + ".class");
        URI place = file.toURI();
        if (!place.getScheme().equals("jar")) {
            lookIn(Path.of(place).getParent(), monitors);
            return;
        }
        try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
            lookIn(jar.provider().getPath(place).getParent(), monitors);
        }
    }

    private static void lookIn(Path folder, Set<String> monitors) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".class"))::iterator) {
                new ClassReader(Files.readAllBytes(each)).accept(new Looking(monitors), ClassReader.SKIP_DEBUG);
            }
        }
    }

    private static final class Looking extends ClassVisitor {
        private final Set<String> found;
        private String type;

        Looking(Set<String> found) {
            super(Opcodes.ASM9);
            this.found = found;
        }

        @Override
        public void visit(int version, int access, String name, String signature, String parent, String[] interfaces) {
            type = name;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            String method = type + '.' + name;
            if ((access & Opcodes.ACC_SYNCHRONIZED) != 0) {
                found.add(method);
            }
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitInsn(int opcode) {
                    if (opcode == Opcodes.MONITORENTER) {
                        found.add(method);
                    }
                }
            };
        }
    }
}
