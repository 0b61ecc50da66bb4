package io.ztnio.provider.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names of the virtual networks without an agent, on JDK 18 and newer: for the service file {@code
 * META-INF/services/java.net.spi.InetAddressResolverProvider} of an application that wants them.
 *
 * <p>Thread: thread-safe.
 */
public final class NamesResolverProvider extends InetAddressResolverProvider {
    /** For the service loader. Looks nothing up: a first lookup is under way. */
    public NamesResolverProvider() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new NamesFirst(configuration.builtinResolver());
    }

    @Override
    public String name() {
        return "ztnio";
    }

    /** @param jdk for everything that is no name of ours */
    private record NamesFirst(InetAddressResolver jdk) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            Optional<Names> names = ProcessNames.get();
            if (names.isPresent()) {
                Optional<List<InetAddress>> found =
                        names.get().lookup(host, Families.ofCharacteristics(policy.characteristics()));
                if (found.isPresent()) {
                    return found.get().stream();
                }
            }
            return jdk.lookupByName(host, policy);
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            Optional<Names> names = ProcessNames.get();
            if (names.isPresent()) {
                Optional<String> found = names.get().lookup(InetAddress.getByAddress(address));
                if (found.isPresent()) {
                    return found.get();
                }
            }
            return jdk.lookupByAddress(address);
        }
    }
}
