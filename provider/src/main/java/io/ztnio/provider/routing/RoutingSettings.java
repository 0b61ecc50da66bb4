package io.ztnio.provider.routing;

import io.ztnio.provider.config.WhenUnavailable;
import io.ztnio.provider.config.ZtnioConfig;
import io.ztnio.tcpip.link.IpPrefix;
import java.util.List;

/**
 * What the user says. Immutable.
 *
 * @param routes {@code ztnio.routes}: destinations of the virtual networks whatever else claims them
 * @param bypass {@code ztnio.bypass}: destinations of the host; of equal prefixes this one counts
 * @param whenUnavailable {@code ztnio.unavailable}
 */
public record RoutingSettings(List<IpPrefix> routes, List<IpPrefix> bypass, WhenUnavailable whenUnavailable) {
    public RoutingSettings {
        routes = List.copyOf(routes);
        bypass = List.copyOf(bypass);
    }

    public static RoutingSettings of(ZtnioConfig config) {
        return new RoutingSettings(config.routes(), config.bypass(), config.whenUnavailable());
    }
}
