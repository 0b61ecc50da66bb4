package io.ztnio.protocol.transport;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;

/**
 * A way to what the JDK has and does not show, of releases that have no public way to the same and are not going to change: 17 to 21. From
 * 22 on there is the foreign-function API. Stateless.
 */
final class TrustedLookup {
    private static final int FIRST = 17;
    private static final int LAST = 21;

    private TrustedLookup() {}

    /** Finds everything; {@code null} where there is no such way. */
    static MethodHandles.Lookup find() {
        int jdk = Runtime.version().feature();
        if (jdk < FIRST || jdk > LAST) {
            return null;
        }
        try {
            // By reflection, because images without the module jdk.unsupported do not have it.
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field single = type.getDeclaredField("theUnsafe");
            single.setAccessible(true);
            Object unsafe = single.get(null);
            Field lookup = MethodHandles.Lookup.class.getDeclaredField("IMPL_LOOKUP");
            Object base = type.getMethod("staticFieldBase", Field.class).invoke(unsafe, lookup);
            long offset =
                    (long) type.getMethod("staticFieldOffset", Field.class).invoke(unsafe, lookup);
            return (MethodHandles.Lookup)
                    type.getMethod("getObject", Object.class, long.class).invoke(unsafe, base, offset);
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "no way into the JDK", e);
            return null;
        }
    }
}
