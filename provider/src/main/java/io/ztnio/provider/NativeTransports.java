package io.ztnio.provider;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Notices that a Netty uses native sockets, which go past every {@code SelectorProvider}. Its JNI classes open a selector
 * before they load their library, to make the JVM initialise its own; that call is all there is to see. Each such Netty,
 * for programs contain several under other package names, is warned of once, if its library could be loaded.
 *
 * <p>Thread: thread-safe.
 */
final class NativeTransports {
    private static final Logger LOG = System.getLogger("io.ztnio");

    /** A Netty's package may have been put behind a prefix; its properties then have the same one. */
    private static final Pattern JNI_CLASS =
            Pattern.compile("(.*)io\\.netty\\.(?:incubator\\.)?channel\\.(epoll|uring|kqueue)\\.Native");

    /** Between us and the class are a few frames of the JDK's. */
    private static final int FRAMES = 8;

    private static final StackWalker WALKER = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

    private NativeTransports() {}

    /** To be called where a selector is opened. */
    static void lookAtCaller() {
        Optional<Class<?>> jni = WALKER.walk(frames -> frames.limit(FRAMES)
                .<Class<?>>map(StackFrame::getDeclaringClass)
                .filter(type -> JNI_CLASS.matcher(type.getName()).matches())
                .findFirst());
        jni.filter(type -> SEEN.add(type.getName())).ifPresent(type -> {
            // Its initialisation is under way on this thread: another one can wait for the outcome.
            Thread waiting = new Thread(() -> awaitLibrary(type), "ztnio-native-transport");
            waiting.setDaemon(true);
            waiting.start();
        });
    }

    private static void awaitLibrary(Class<?> type) {
        try {
            Class.forName(type.getName(), true, type.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // No library for this machine: that Netty uses NIO.
            return;
        }
        Matcher name = JNI_CLASS.matcher(type.getName());
        if (name.matches()) {
            LOG.log(
                    Level.WARNING,
                    "Netty's native transport " + name.group(2) + " is in use ("
                            + type.getPackageName()
                            + "): its sockets do not reach virtual networks, only the operating "
                            + "system's. Turn it off with -D" + name.group(1) + "io.netty.transport.noNative=true (see "
                            + "docs/programs.md)");
        }
    }
}
