package io.ztnio.provider.names;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Stands in the place of the JDK's resolver and asks it for everything that is no name of ours. Where that place is differs:
 * on JDK 17 the field {@code InetAddress.nameService}, later {@code InetAddress.resolver}. Neither can be reached unless
 * {@code java.net} is open to this class, which an agent can do.
 *
 * <p>Thread: thread-safe.
 */
public final class InstalledResolver implements InvocationHandler {
    private final JdkResolver jdk;
    private final Supplier<Optional<Names>> names;

    private InstalledResolver(JdkResolver jdk, Supplier<Optional<Names>> names) {
        this.jdk = jdk;
        this.names = names;
    }

    /**
     * Puts a resolver in front of the one that is there, once. What cannot be is logged.
     *
     * @param names asked at each lookup
     * @return whether it is there now
     */
    public static boolean install(Supplier<Optional<Names>> names) {
        try {
            install(field(), names);
            return true;
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger("io.ztnio")
                    .log(
                            System.Logger.Level.WARNING,
                            "names of the virtual networks are not looked up, for InetAddress's resolver cannot be replaced:"
                                    + " use -javaagent:ztnio.jar, or --add-opens java.base/java.net=ALL-UNNAMED (" + e
                                    + ")");
            return false;
        }
    }

    private static Field field() throws NoSuchFieldException {
        try {
            return InetAddress.class.getDeclaredField("resolver");
        } catch (NoSuchFieldException e) {
            return InetAddress.class.getDeclaredField("nameService");
        }
    }

    private static void install(Field field, Supplier<Optional<Names>> names) throws ReflectiveOperationException {
        field.setAccessible(true);
        Object current = field.get(null);
        if (current != null
                && Proxy.isProxyClass(current.getClass())
                && Proxy.getInvocationHandler(current) instanceof InstalledResolver) {
            return;
        }
        Class<?> type = field.getType();
        JdkResolver jdk = current == null ? JdkResolver.later() : JdkResolver.of(current);
        // The proxy has to be where the interface is, which on 17 is no public one.
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new InstalledResolver(jdk, names));
        field.set(null, proxy);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "lookupByName" -> {
                Optional<List<InetAddress>> found = find((String) arguments[0], families(arguments[1]));
                if (found.isPresent()) {
                    return found.get().stream();
                }
            }
            case "lookupAllHostAddr" -> {
                Optional<List<InetAddress>> found = find((String) arguments[0], Families.ofProperties());
                if (found.isPresent()) {
                    return found.get().toArray(InetAddress[]::new);
                }
            }
            case "lookupByAddress", "getHostByAddr" -> {
                Optional<String> found = find((byte[]) arguments[0]);
                if (found.isPresent()) {
                    return found.get();
                }
            }
            case "equals" -> {
                return proxy == arguments[0];
            }
            case "hashCode" -> {
                return System.identityHashCode(proxy);
            }
            case "toString" -> {
                return "ztnio's resolver";
            }
            default -> {
                // A method of a later JDK.
            }
        }
        try {
            method.setAccessible(true);
            return method.invoke(jdk.get(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Families families(Object policy) throws ReflectiveOperationException {
        return Families.ofCharacteristics(
                (int) policy.getClass().getMethod("characteristics").invoke(policy));
    }

    private Optional<List<InetAddress>> find(String host, Families families) throws UnknownHostException {
        Optional<Names> now = host == null ? Optional.empty() : names.get();
        return now.isPresent() ? now.get().lookup(host, families) : Optional.empty();
    }

    private Optional<String> find(byte[] address) throws UnknownHostException {
        Optional<Names> now = address == null ? Optional.empty() : names.get();
        return now.isPresent() ? now.get().lookup(InetAddress.getByAddress(address)) : Optional.empty();
    }
}
