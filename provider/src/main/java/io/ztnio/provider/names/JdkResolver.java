package io.ztnio.provider.names;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The resolver that the JDK has, or would load at the first lookup: an application's, by a service file, or its own.
 *
 * <p>Thread: thread-safe.
 */
final class JdkResolver {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Object resolver;

    private JdkResolver(Object resolver) {
        this.resolver = resolver;
    }

    static JdkResolver of(Object resolver) {
        return new JdkResolver(resolver);
    }

    /** The one that is found when it is needed, as without us: an application may prepare what it is made of. */
    static JdkResolver later() throws ReflectiveOperationException {
        builtin();
        return new JdkResolver(null);
    }

    Object get() throws ReflectiveOperationException {
        Object there = resolver;
        if (there != null) {
            return there;
        }
        if (lock.isHeldByCurrentThread()) {
            // Whoever is being loaded looks names up.
            return builtin();
        }
        lock.lock();
        try {
            if (resolver == null) {
                resolver = load();
            }
            return resolver;
        } finally {
            lock.unlock();
        }
    }

    private static Object builtin() throws ReflectiveOperationException {
        Field builtin = InetAddress.class.getDeclaredField("BUILTIN_RESOLVER");
        builtin.setAccessible(true);
        return builtin.get(null);
    }

    private static Object load() throws ReflectiveOperationException {
        if (System.getProperty("jdk.net.hosts.file") != null) {
            // No service is looked for then.
            return builtin();
        }
        Method load = InetAddress.class.getDeclaredMethod("loadResolver");
        load.setAccessible(true);
        try {
            return load.invoke(null);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                // A provider that cannot be made: the JDK says so at each lookup.
                throw error;
            }
            throw e;
        }
    }
}
