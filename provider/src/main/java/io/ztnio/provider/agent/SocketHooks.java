package io.ztnio.provider.agent;

import io.ztnio.provider.socket.PlatformSockets;
import java.lang.System.Logger.Level;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.net.SocketImpl;
import java.security.ProtectionDomain;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Puts {@code java.net}'s sockets in both stacks: the JDK's methods that make a socket's implementation, and the one by
 * which its own listeners accept, are rewritten to ask {@link PlatformSockets}. Everything above them (factories of the
 * program, proxies, the accept of subclasses) is the JDK's code as it stands.
 *
 * <p>Thread: the one that starts the JVM, before {@code main}.
 */
final class SocketHooks {
    private SocketHooks() {}

    /** Installs the hooks. Where that cannot be done it is logged, and {@code java.net} stays the JDK's. */
    static void install(Instrumentation instrumentation) {
        if (isInstalled()) {
            return;
        }
        try {
            open(instrumentation);
            Class<?> slots = MethodHandles.privateLookupIn(SocketImpl.class, MethodHandles.lookup())
                    .defineClass(SocketBytecode.slots());
            fill(slots);
            rewrite(instrumentation);
        } catch (ReflectiveOperationException | UnmodifiableClassException | RuntimeException | LinkageError e) {
            System.getLogger("io.ztnio")
                    .log(
                            Level.WARNING,
                            "-javaagent:ztnio.jar: java.net's sockets stay in the operating system, for this JDK is not as"
                                    + " expected; channels are not affected",
                            e);
        }
    }

    /** By the same agent, named twice. */
    private static boolean isInstalled() {
        try {
            Class.forName(SocketBytecode.SLOTS.replace('/', '.'), false, null);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static void open(Instrumentation instrumentation) {
        Set<Module> us = Set.of(SocketHooks.class.getModule());
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of("sun.net", us),
                Map.of("java.net", us, "sun.nio.ch", us),
                Set.of(),
                Map.of());
    }

    private static void fill(Class<?> slots) throws ReflectiveOperationException {
        PlatformSockets sockets = new PlatformSockets(maker(SocketBytecode.CLIENT), maker(SocketBytecode.LISTENER));
        BiFunction<SocketImpl, Boolean, SocketImpl> implementation = sockets::implementation;
        UnaryOperator<SocketImpl> accepting = PlatformSockets::accepting;
        UnaryOperator<DatagramSocket> datagrams = SocketHooks::datagrams;
        Lookup lookup = MethodHandles.lookup();
        lookup.findStaticVarHandle(slots, SocketBytecode.IMPLEMENTATION, BiFunction.class)
                .set(implementation);
        lookup.findStaticVarHandle(slots, SocketBytecode.ACCEPTING, UnaryOperator.class)
                .set(accepting);
        lookup.findStaticVarHandle(slots, SocketBytecode.DATAGRAMS, UnaryOperator.class)
                .set(datagrams);
    }

    /** Makes objects of a subclass that is a platform implementation, which a class of ours cannot be at compile time. */
    private static Function<Object, SocketImpl> maker(String superclass) throws ReflectiveOperationException {
        Lookup lookup = PlatformSockets.lookup();
        Class<?> type = lookup.defineClass(SocketBytecode.platformSubclass(superclass, PlatformSockets.argument()));
        MethodHandle constructor = lookup.findConstructor(
                        type, MethodType.methodType(void.class, PlatformSockets.argument()))
                .asType(MethodType.methodType(SocketImpl.class, Object.class));
        return argument -> {
            try {
                return (SocketImpl) constructor.invokeExact(argument);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static DatagramSocket datagrams(DatagramSocket jdk) {
        try {
            return PlatformSockets.datagrams(jdk);
        } catch (SocketException e) {
            throw SocketHooks.<RuntimeException>asIs(e);
        }
    }

    /** For who may throw {@code failure} although a functional interface on the way may not. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // that is the way
    private static <E extends Exception> E asIs(Exception failure) throws E {
        throw (E) failure;
    }

    private static void rewrite(Instrumentation instrumentation)
            throws ReflectiveOperationException, UnmodifiableClassException {
        Rewriting rewriting = new Rewriting();
        instrumentation.addTransformer(rewriting, true);
        try {
            instrumentation.retransformClasses(
                    SocketImpl.class, DatagramSocket.class, Class.forName("sun.nio.ch.NioSocketImpl"));
        } finally {
            instrumentation.removeTransformer(rewriting);
        }
        if (!rewriting.missing.isEmpty()) {
            throw new IllegalStateException("nothing to rewrite in " + rewriting.missing, rewriting.failure);
        }
    }

    /** Rewrites the three classes, each once. */
    private static final class Rewriting implements ClassFileTransformer {
        private final Set<String> missing = new HashSet<>(SocketBytecode.REWRITTEN);
        private RuntimeException failure;

        @Override
        public byte[] transform(
                Module module,
                ClassLoader loader,
                String name,
                Class<?> redefined,
                ProtectionDomain domain,
                byte[] original) {
            if (loader != null || !SocketBytecode.REWRITTEN.contains(name)) {
                return null;
            }
            try {
                byte[] rewritten = SocketBytecode.rewrite(name, original);
                if (rewritten != null) {
                    missing.remove(name);
                }
                return rewritten;
            } catch (RuntimeException e) {
                // The JVM says nothing of what a transformer throws.
                failure = e;
                return null;
            }
        }
    }
}
