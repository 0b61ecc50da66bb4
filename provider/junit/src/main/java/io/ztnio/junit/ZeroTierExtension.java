package io.ztnio.junit;

import io.ztnio.provider.ZeroTier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Parameter;
import java.net.InetAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives parameters of tests a virtual network in memory, and what is on it: {@link ZeroTier}, its {@link SelectorProvider} and
 * {@link AsynchronousChannelProvider}, {@link SocketFactory} and {@link ServerSocketFactory}, channels and selectors, its first
 * address as {@link InetAddress}, and the {@link TestNetwork} itself.
 *
 * <p>The first parameter of a type is of node 0, the second of node 1, and so on; {@link OnNode} says otherwise. Nodes are
 * started when they are first asked for. The network is made for who asks first: a test, or with a parameter of {@code BeforeAll}
 * the class, whose tests then share it. Everything is closed with that.
 */
public final class ZeroTierExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ZeroTierExtension.class);

    private static final System.Logger LOG = System.getLogger("io.ztnio.junit");

    private static final Map<Class<?>, Part> PARTS = parts();

    private final Optional<Conditions> conditions;
    private final NetworkTime time;

    /** What a parameter may be of a node. */
    @FunctionalInterface
    private interface Part {
        Object of(ZeroTier node) throws IOException;
    }

    /** For {@link ZeroTierNetwork}. */
    public ZeroTierExtension() {
        this.conditions = Optional.empty();
        this.time = NetworkTime.REAL;
    }

    private ZeroTierExtension(Conditions conditions, NetworkTime time) {
        this.conditions = Optional.of(conditions);
        this.time = time;
    }

    /** To be registered in a field; what an annotation says does not count then. */
    public static ZeroTierExtension with(Conditions conditions) {
        return with(conditions, NetworkTime.REAL);
    }

    /** As {@link #with(Conditions)}, in a time. */
    public static ZeroTierExtension with(Conditions conditions, NetworkTime time) {
        return new ZeroTierExtension(conditions, time);
    }

    private static Map<Class<?>, Part> parts() {
        Map<Class<?>, Part> parts = new LinkedHashMap<>();
        parts.put(ZeroTier.class, node -> node);
        parts.put(SelectorProvider.class, ZeroTier::selectorProvider);
        parts.put(AsynchronousChannelProvider.class, ZeroTier::asynchronousChannelProvider);
        parts.put(SocketFactory.class, ZeroTier::socketFactory);
        parts.put(ServerSocketFactory.class, ZeroTier::serverSocketFactory);
        parts.put(SocketChannel.class, ZeroTier::openSocketChannel);
        parts.put(ServerSocketChannel.class, ZeroTier::openServerSocketChannel);
        parts.put(DatagramChannel.class, ZeroTier::openDatagramChannel);
        parts.put(Selector.class, ZeroTier::openSelector);
        parts.put(InetAddress.class, node -> node.addresses().get(0));
        return parts;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestNetwork.class || PARTS.containsKey(type);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestNetwork network = network(context);
        Class<?> type = parameter.getParameter().getType();
        if (type == TestNetwork.class) {
            return network;
        }
        try {
            return PARTS.get(type).of(network.node(number(parameter)));
        } catch (IOException e) {
            throw new ParameterResolutionException("no node on the test's network: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ParameterResolutionException("interrupted", e);
        }
    }

    private static int number(ParameterContext parameter) {
        Optional<OnNode> named = parameter.findAnnotation(OnNode.class);
        if (named.isPresent()) {
            return named.get().value();
        }
        Parameter[] all = parameter.getDeclaringExecutable().getParameters();
        int before = 0;
        for (int i = 0; i < parameter.getIndex(); i++) {
            if (all[i].getType() == parameter.getParameter().getType() && !all[i].isAnnotationPresent(OnNode.class)) {
                before++;
            }
        }
        return before;
    }

    private TestNetwork network(ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(TestNetwork.class, key -> open(context), TestNetwork.class);
    }

    private TestNetwork open(ExtensionContext context) {
        try {
            if (conditions.isPresent()) {
                return open(conditions.get(), time);
            }
            Optional<ZeroTierNetwork> found = annotation(context);
            return found.isPresent()
                    ? open(conditions(found.get()), found.get().time())
                    : open(Conditions.PERFECT, NetworkTime.REAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TestNetwork open(Conditions conditions, NetworkTime time) throws IOException {
        LOG.log(System.Logger.Level.INFO, () -> "a test's network in " + time + " time with " + conditions);
        return new TestNetwork(conditions, time);
    }

    private static Conditions conditions(ZeroTierNetwork network) {
        return new Conditions(
                network.loss(),
                Duration.ofMillis(network.delayMillis()),
                Duration.ofMillis(network.jitterMillis()),
                network.seed());
    }

    /** The nearest annotation: the test's, else the class's or that of a class around it. */
    private static Optional<ZeroTierNetwork> annotation(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            Optional<ZeroTierNetwork> found = at.get()
                    .getElement()
                    .flatMap(element -> AnnotationSupport.findAnnotation(element, ZeroTierNetwork.class));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
