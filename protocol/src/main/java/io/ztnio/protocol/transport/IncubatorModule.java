package io.ztnio.protocol.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;

/**
 * JDK 17's module of the foreign-function API: there if the JVM was started with it, else loaded if that is asked for. Thread: thread-safe.
 */
final class IncubatorModule {
    private static final int JDK = 17;
    private static final String NAME = "jdk.incubator.foreign";
    private static final Optional<Module> GIVEN =
            Runtime.version().feature() == JDK ? ModuleLayer.boot().findModule(NAME) : Optional.empty();

    private static volatile Optional<Module> module = GIVEN;

    private IncubatorModule() {}

    /** Whether the JVM was started with it. */
    static boolean isGiven() {
        return GIVEN.isPresent();
    }

    /** Empty where it is not to be had, or has not been asked for. */
    static Optional<Module> get() {
        return module;
    }

    /**
     * Has it loaded as by {@code --add-modules}, and allows us native access as {@code --enable-native-access} does, if the JVM was started
     * without: for who has asked for that otherwise.
     *
     * @return whether it is there
     */
    static boolean load() {
        MethodHandles.Lookup lookup = Runtime.version().feature() == JDK ? TrustedLookup.find() : null;
        if (lookup != null) {
            try {
                // Once for the process, whoever asks; who exports something to it does so then.
                Module loaded = (Module) lookup.findStatic(
                                Class.forName("jdk.internal.module.Modules"),
                                "loadModule",
                                MethodType.methodType(Module.class, String.class))
                        .invoke(NAME);
                allowNativeAccess(lookup, IncubatorModule.class.getModule());
                module = Optional.of(loaded);
            } catch (Throwable e) {
                System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "no " + NAME, e);
            }
        }
        return module.isPresent();
    }

    private static void allowNativeAccess(MethodHandles.Lookup lookup, Module whose) throws Throwable {
        if (whose.isNamed()) {
            lookup.findVirtual(Module.class, "implAddEnableNativeAccess", MethodType.methodType(Module.class))
                    .invoke(whose);
        } else {
            lookup.findStatic(Module.class, "implAddEnableNativeAccessAllUnnamed", MethodType.methodType(void.class))
                    .invoke();
        }
    }
}
