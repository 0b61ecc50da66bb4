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
    private static volatile Optional<Module> module =
            Runtime.version().feature() == JDK ? ModuleLayer.boot().findModule(NAME) : Optional.empty();

    private IncubatorModule() {}

    /** Empty where it is not to be had, or has not been asked for. */
    static Optional<Module> get() {
        return module;
    }

    /**
     * Has it loaded as by {@code --add-modules}, and allows native access as by {@code --enable-native-access=ALL-UNNAMED}, if the JVM was
     * started without: for who has asked for that otherwise. Does nothing where that cannot be done.
     */
    static void load() {
        MethodHandles.Lookup lookup =
                module.isEmpty() && Runtime.version().feature() == JDK ? TrustedLookup.find() : null;
        if (lookup == null) {
            return;
        }
        try {
            Module loaded = (Module) lookup.findStatic(
                            Class.forName("jdk.internal.module.Modules"),
                            "loadModule",
                            MethodType.methodType(Module.class, String.class))
                    .invoke(NAME);
            Module base = Object.class.getModule();
            for (var export : base.getDescriptor().exports()) {
                if (export.isQualified() && export.targets().contains(NAME)) {
                    // What the boot layer says to those that are in it only.
                    lookup.findVirtual(
                                    Module.class,
                                    "implAddExports",
                                    MethodType.methodType(void.class, String.class, Module.class))
                            .invoke(base, export.source(), loaded);
                }
            }
            lookup.findStatic(Module.class, "implAddEnableNativeAccessAllUnnamed", MethodType.methodType(void.class))
                    .invoke();
            module = Optional.of(loaded);
        } catch (Throwable e) {
            System.getLogger("io.ztnio.transport").log(System.Logger.Level.DEBUG, "no " + NAME, e);
        }
    }
}
