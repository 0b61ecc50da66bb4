package io.ztnio.provider.runtime;

import io.ztnio.protocol.config.Dns;
import io.ztnio.protocol.config.InetPrefix;
import io.ztnio.protocol.config.ManagedAddresses;
import io.ztnio.protocol.config.NetworkConfig;
import io.ztnio.provider.config.NetworkSettings;
import io.ztnio.provider.routing.Standing;
import io.ztnio.tcpip.link.LinkConfig;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The names of a ZeroTier network. The addresses of another member are those that follow from its id, as far as the
 * network has such addresses: that shows in the own ones.
 *
 * @param id network id
 * @param standing how it stands
 * @param reason why it is not usable
 * @param config the last configuration that is known
 * @param settings what the user lets it do
 * @param self the own node, 0 while it is not known
 */
record ZeroTierNames(
        long id, Standing standing, String reason, Optional<NetworkConfig> config, NetworkSettings settings, long self)
        implements NamedNetwork {
    @Override
    public Optional<LinkConfig> link() {
        return config.map(known -> AttachedNetwork.toLinkConfig(known, settings));
    }

    @Override
    public String domain() {
        return dns().domain();
    }

    @Override
    public List<InetAddress> servers() {
        return dns().servers();
    }

    private Dns dns() {
        return config.map(NetworkConfig::dns).orElse(Dns.NONE);
    }

    private List<InetPrefix> own() {
        return config.map(NetworkConfig::addresses).orElse(List.of());
    }

    @Override
    public List<InetAddress> addressesOf(long member) {
        Stream<InetAddress> derived = Stream.of(
                        ManagedAddresses.rfc4193(id, member), ManagedAddresses.sixPlane(id, member))
                .filter(prefix -> own().stream().anyMatch(mine -> mine.network().equals(prefix.network())))
                .map(InetPrefix::address);
        Stream<InetAddress> assigned = member == self ? own().stream().map(InetPrefix::address) : Stream.empty();
        return Stream.concat(derived, assigned).distinct().toList();
    }

    @Override
    public OptionalLong memberOf(InetAddress address) {
        if (self != 0 && own().stream().anyMatch(mine -> mine.address().equals(address))) {
            return OptionalLong.of(self);
        }
        byte[] bytes = address.getAddress();
        long member = bytes.length == 16 ? ManagedAddresses.memberOf(bytes, 0, id, own()) : -1;
        return member < 0 ? OptionalLong.empty() : OptionalLong.of(member);
    }

    @Override
    public boolean allowsDns() {
        return settings.allowDns();
    }

    @Override
    public boolean tellsNames() {
        return false;
    }

    @Override
    public List<NamedMember> named() {
        return List.of();
    }
}
