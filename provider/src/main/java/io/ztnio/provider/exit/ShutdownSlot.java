package io.ztnio.provider.exit;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Set;

/**
 * A place in the JDK's own shutdown sequence, behind the application's hooks and the deletion of files. Only an agent can
 * have it: it opens a package of the JDK.
 *
 * <p>Thread: thread-safe.
 */
public final class ShutdownSlot {
    private static final System.Logger LOG = System.getLogger("io.ztnio");
    private static final String PACKAGE = "jdk.internal.access";

    /** 0 is the console's, 1 the application's hooks, 2 the deletion of files. */
    private static final int FIRST = 3;

    private static final int LAST = 9;

    private ShutdownSlot() {}

    /**
     * Takes a free slot for the ending of nodes, so that they outlive every hook of the application. To be called from
     * {@code premain}, before the first node starts; a second call does nothing good.
     *
     * @return false if this JDK has no slot to give: then nodes end by a shutdown hook as without an agent
     */
    public static boolean take(Instrumentation instrumentation) {
        try {
            Module base = Object.class.getModule();
            instrumentation.redefineModule(
                    base,
                    Set.of(),
                    Map.of(PACKAGE, Set.of(ShutdownSlot.class.getModule())),
                    Map.of(),
                    Set.of(),
                    Map.of());
            Object access = Class.forName(PACKAGE + ".SharedSecrets")
                    .getMethod("getJavaLangAccess")
                    .invoke(null);
            return take(access);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            LOG.log(System.Logger.Level.DEBUG, "no slot in the shutdown sequence of this JDK", e);
            return false;
        }
    }

    private static boolean take(Object access) throws ReflectiveOperationException {
        Runnable work = ProcessExit::runNow;
        for (int slot = FIRST; slot <= LAST; slot++) {
            try {
                Class.forName(PACKAGE + ".JavaLangAccess")
                        .getMethod("registerShutdownHook", int.class, boolean.class, Runnable.class)
                        .invoke(access, slot, false, work);
                ProcessExit.arm();
                return true;
            } catch (InvocationTargetException e) {
                // An InternalError says that the slot is taken.
                if (!(e.getCause() instanceof InternalError)) {
                    throw e;
                }
            }
        }
        return false;
    }
}
