package io.ztnio.provider.os;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.security.Provider;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How the JDK's own providers are found. {@code sun.nio.ch} is exported to nobody, so they are reached by the first {@link
 * Way} that works.
 *
 * <p>Thread: immutable.
 *
 * @param factory the class of {@code sun.nio.ch} that makes the default one
 * @param method of the factory, static and without parameters
 * @param implementation the platform's class
 */
record JdkProviders<P>(Class<P> type, String factory, String method, String implementation) {
    /** Opens the package to everybody. */
    static final String FLAG = "--add-exports java.base/sun.nio.ch=ALL-UNNAMED";

    static final JdkProviders<SelectorProvider> SELECTORS = new JdkProviders<>(
            SelectorProvider.class,
            "DefaultSelectorProvider",
            "get",
            ofPlatform(
                    "EPollSelectorProvider",
                    "KQueueSelectorProvider",
                    "WEPollSelectorProvider",
                    "PollSelectorProvider"));

    static final JdkProviders<AsynchronousChannelProvider> ASYNCHRONOUS = new JdkProviders<>(
            AsynchronousChannelProvider.class,
            "DefaultAsynchronousChannelProvider",
            "create",
            ofPlatform(
                    "LinuxAsynchronousChannelProvider",
                    "BsdAsynchronousChannelProvider",
                    "WindowsAsynchronousChannelProvider",
                    "LinuxAsynchronousChannelProvider"));

    private static String ofPlatform(String linux, String mac, String windows, String other) {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (name.startsWith("linux")) {
            return linux;
        }
        if (name.startsWith("mac")) {
            return mac;
        }
        return name.startsWith("windows") ? windows : other;
    }

    /**
     * A provider of the JDK, by the best way that works.
     *
     * @throws ReflectiveOperationException with each reason, if none does
     */
    P find() throws ReflectiveOperationException {
        StringBuilder reasons = new StringBuilder();
        for (Way way : Way.values()) {
            try {
                return type.cast(way.find(this));
            } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                reasons.append(reasons.isEmpty() ? "" : "; ")
                        .append(way)
                        .append(": ")
                        .append(e);
            }
        }
        throw new ReflectiveOperationException(reasons.toString());
    }

    private Class<?> named(String simpleName) throws ClassNotFoundException {
        return Class.forName("sun.nio.ch." + simpleName);
    }

    /** The ways to find a provider, best first. */
    enum Way {
        /** A JVM flag or an agent exported the package. */
        EXPORTED {
            @Override
            Object find(JdkProviders<?> wanted) throws ReflectiveOperationException {
                Method method = wanted.named(wanted.factory).getMethod(wanted.method);
                return method.invoke(null);
            }
        },
        /** A private security provider whose service names the platform's class, which java.base then constructs itself. */
        SECURITY_SERVICE {
            @Override
            Object find(JdkProviders<?> wanted) throws ReflectiveOperationException {
                try {
                    return new Constructing().service(wanted).newInstance(null);
                } catch (java.security.NoSuchAlgorithmException e) {
                    throw new ReflectiveOperationException(e);
                }
            }
        },
        /** A serialization constructor of the platform's class. */
        SERIALIZATION {
            @Override
            Object find(JdkProviders<?> wanted) throws ReflectiveOperationException {
                // By name: the module that has it, jdk.unsupported, need not be there.
                Class<?> factoryType = Class.forName("sun.reflect.ReflectionFactory");
                Object factory = factoryType.getMethod("getReflectionFactory").invoke(null);
                Object constructor = factoryType
                        .getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                        .invoke(factory, wanted.named(wanted.implementation), Object.class.getConstructor());
                return ((Constructor<?>) constructor).newInstance();
            }
        };

        abstract Object find(JdkProviders<?> wanted) throws ReflectiveOperationException;
    }

    /** Never given to {@code Security}: it lends {@code java.base}'s reflection to one class. */
    private static final class Constructing extends Provider {
        private static final long serialVersionUID = 1L;

        Constructing() {
            super("ztnio-os", "1", "constructs the JDK's own providers");
        }

        Service service(JdkProviders<?> wanted) {
            String className = "sun.nio.ch." + wanted.implementation;
            String kind = wanted.type.getSimpleName();
            // Only registered services make instances.
            putService(new Service(this, kind, "default", className, List.of(), Map.of()));
            return getService(kind, "default");
        }
    }
}
