package io.ztnio.provider.socket;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.net.SocketImpl;

/** Opens what the agent opens, where the tests' JVM was started without the flags that do. */
final class OpenedJavaNet {
    private OpenedJavaNet() {}

    static void ensure() {
        Module java = SocketImpl.class.getModule();
        Module us = OpenedJavaNet.class.getModule();
        if (java.isOpen("java.net", us) && java.isOpen("sun.nio.ch", us)) {
            return;
        }
        try {
            MethodHandle opening = trusted()
                    .findVirtual(
                            Module.class,
                            "implAddOpens",
                            MethodType.methodType(void.class, String.class, Module.class));
            opening.invoke(java, "java.net", us);
            opening.invoke(java, "sun.nio.ch", us);
        } catch (Throwable e) {
            throw new AssertionError(
                    "start the tests with --add-opens for java.base/java.net and java.base/sun.nio.ch", e);
        }
    }

    private static Lookup trusted() throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field instance = type.getDeclaredField("theUnsafe");
        instance.setAccessible(true);
        Object unsafe = instance.get(null);
        Field wanted = Lookup.class.getDeclaredField("IMPL_LOOKUP");
        Object base = type.getMethod("staticFieldBase", Field.class).invoke(unsafe, wanted);
        long offset = (long) type.getMethod("staticFieldOffset", Field.class).invoke(unsafe, wanted);
        return (Lookup) type.getMethod("getObject", Object.class, long.class).invoke(unsafe, base, offset);
    }
}
