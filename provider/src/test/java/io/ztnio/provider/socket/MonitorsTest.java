package io.ztnio.provider.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.provider.channel.ZeroTierSocketChannel;
import io.ztnio.provider.dual.DualSocket;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Who parks with a monitor pins the carrier of a virtual thread, up to JDK 23: sockets and channels have locks instead. */
class MonitorsTest {
    /** They read or write the fields of a packet, and leave the monitor before anything waits. */
    private static final Set<String> BRIEF = Set.of(
            "io/ztnio/provider/channel/ZeroTierDatagramSocket.receive",
            "io/ztnio/provider/channel/ZeroTierDatagramSocket.send",
            "io/ztnio/provider/socket/ZeroTierMulticastSocket.receive");

    @Test
    void noMonitorIsHeldWhereSomethingMayWait() throws Exception {
        Set<String> monitors = new TreeSet<>();
        for (Class<?> one : List.of(ZeroTierSocketImpl.class, DualSocket.class, ZeroTierSocketChannel.class)) {
            for (Path file : classesBeside(one)) {
                new ClassReader(Files.readAllBytes(file)).accept(new Looking(monitors), ClassReader.SKIP_DEBUG);
            }
        }
        assertThat(monitors).isEqualTo(new TreeSet<>(BRIEF));
    }

    private static List<Path> classesBeside(Class<?> type) throws IOException, URISyntaxException {
        URL file = type.getResource(type.getSimpleName() + ".class");
        URI folder = file.toURI();
        try (Stream<Path> files = Files.list(Path.of(folder).getParent())) {
            return files.filter(each -> each.toString().endsWith(".class")).toList();
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
