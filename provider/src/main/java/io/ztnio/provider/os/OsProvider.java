package io.ztnio.provider.os;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.channels.Pipe;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.security.Provider;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The provider that the JDK would use if ours were not installed. Everything that must not be virtual (the node's own
 * UDP channel above all) is opened from it.
 *
 * <p>{@code sun.nio.ch} is exported to nobody, so it is reached by the first of these that works: the exported
 * {@code DefaultSelectorProvider} (a JVM flag or an agent exported it); a private security provider whose service names
 * the platform's class, which {@code java.base} then constructs itself; a serialization constructor of that class.
 *
 * <p>Thread: thread-safe.
 */
public final class OsProvider {
    private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

    private OsProvider() {}

    /** The provider. Never null: if none is found, one that refuses to open anything. */
    public static SelectorProvider get() {
        return Holder.PROVIDER;
    }

    /**
     * Whether this thread is inside the JDK's own provider. On Windows its selectors and pipes open loopback channels
     * through the installed provider, which is ours, and cast them to their own classes.
     */
    public static boolean isInside() {
        return INSIDE.get() != null;
    }

    /** Opens one of the JDK's own selectors. */
    public static AbstractSelector openSelector() throws IOException {
        return guarded(get()::openSelector);
    }

    /** Opens one of the JDK's own pipes. */
    public static Pipe openPipe() throws IOException {
        return guarded(get()::openPipe);
    }

    private static <T> T guarded(Opening<T> opening) throws IOException {
        if (isInside()) {
            return opening.open();
        }
        INSIDE.set(Boolean.TRUE);
        try {
            return opening.open();
        } finally {
            INSIDE.remove();
        }
    }

    /** The ways to find the provider, best first. */
    enum Way {
        EXPORTED {
            @Override
            SelectorProvider find() throws ReflectiveOperationException {
                Class<?> type = Class.forName("sun.nio.ch.DefaultSelectorProvider");
                Method get = type.getMethod("get");
                return (SelectorProvider) get.invoke(null);
            }
        },
        SECURITY_SERVICE {
            @Override
            SelectorProvider find() throws ReflectiveOperationException {
                try {
                    return (SelectorProvider) new Constructing().service().newInstance(null);
                } catch (java.security.NoSuchAlgorithmException e) {
                    throw new ReflectiveOperationException(e);
                }
            }
        },
        SERIALIZATION {
            @Override
            SelectorProvider find() throws ReflectiveOperationException {
                // By name: the module that has it, jdk.unsupported, need not be there.
                Class<?> factoryType = Class.forName("sun.reflect.ReflectionFactory");
                Object factory = factoryType.getMethod("getReflectionFactory").invoke(null);
                Object constructor = factoryType
                        .getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                        .invoke(factory, Class.forName(platformClassName()), Object.class.getConstructor());
                return (SelectorProvider) ((Constructor<?>) constructor).newInstance();
            }
        };

        abstract SelectorProvider find() throws ReflectiveOperationException;
    }

    static String platformClassName() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (name.startsWith("linux")) {
            return "sun.nio.ch.EPollSelectorProvider";
        }
        if (name.startsWith("mac")) {
            return "sun.nio.ch.KQueueSelectorProvider";
        }
        if (name.startsWith("windows")) {
            return "sun.nio.ch.WEPollSelectorProvider";
        }
        return "sun.nio.ch.PollSelectorProvider";
    }

    @FunctionalInterface
    private interface Opening<T> {
        T open() throws IOException;
    }

    /** Resolved once, outside of our provider's constructor. */
    private static final class Holder {
        static final SelectorProvider PROVIDER = search();

        private Holder() {}

        private static SelectorProvider search() {
            StringBuilder reasons = new StringBuilder();
            for (Way way : Way.values()) {
                try {
                    return way.find();
                } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
                    reasons.append("; ").append(way).append(": ").append(e);
                }
            }
            Logger logger = System.getLogger("io.ztnio.provider");
            logger.log(
                    Level.ERROR,
                    "The JDK's own SelectorProvider cannot be reached, so only ZeroTier addresses work; add "
                            + "--add-exports java.base/sun.nio.ch=ALL-UNNAMED" + reasons);
            return new UnavailableProvider();
        }
    }

    /** Never given to {@code Security}: it lends {@code java.base}'s reflection to one class. */
    private static final class Constructing extends Provider {
        private static final long serialVersionUID = 1L;

        Constructing() {
            super("ztnio-os", "1", "constructs the JDK's own SelectorProvider");
        }

        Service service() {
            // Only registered services make instances.
            putService(new Service(this, "SelectorProvider", "default", platformClassName(), List.of(), Map.of()));
            return getService("SelectorProvider", "default");
        }
    }
}
