package io.ztnio.provider.runtime;

import io.ztnio.protocol.wire.IpScope;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import io.ztnio.tcpip.link.Route;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/**
 * Whose an address is, by the networks' own prefixes and routes, the host's addresses and the settings.
 *
 * <p>Thread: thread-safe; a lookup takes no lock.
 */
final class OwnRoutes {
    private final ZtnioConfig config;
    private volatile RouteTable table;

    OwnRoutes(ZtnioConfig config) {
        this.config = config;
        this.table = settings().build();
    }

    private RouteTable.Builder settings() {
        return new RouteTable.Builder().virtual(config.routes()).os(config.bypass());
    }

    boolean covers(InetAddress remote) {
        return !remote.isLoopbackAddress() && table.covers(remote);
    }

    boolean isLocal(InetAddress address) {
        return table.isLocal(address);
    }

    /** Takes the networks as they are now. */
    void update(Collection<LinkConfig> links) {
        RouteTable.Builder builder = settings();
        for (LinkConfig link : links) {
            link.addresses().forEach(builder::own);
            builder.virtual(link.routes().stream()
                    .map(Route::target)
                    .filter(this::isAcceptable)
                    .toList());
        }
        builder.os(hostAddresses());
        table = builder.build();
    }

    /** A network may claim private destinations; public ones and the default route only if the user agrees. */
    private boolean isAcceptable(IpPrefix target) {
        boolean isPrivate = target.bits() > 0
                && switch (IpScope.of(target.address())) {
                    case PRIVATE, PSEUDOPRIVATE, SHARED -> true;
                    default -> false;
                };
        return isPrivate
                || config.routes().stream()
                        .anyMatch(allowed -> allowed.bits() <= target.bits() && allowed.contains(target.address()));
    }

    private static List<IpPrefix> hostAddresses() {
        return LocalEndpoints.hostAddresses().stream()
                .map(address -> new IpPrefix(address, address.getAddress().length * 8))
                .toList();
    }
}
