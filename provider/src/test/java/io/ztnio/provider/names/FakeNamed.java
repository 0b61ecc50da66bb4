package io.ztnio.provider.names;

import io.ztnio.provider.routing.Standing;
import io.ztnio.provider.runtime.NamedMember;
import io.ztnio.provider.runtime.NamedNetwork;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A network with names as a test wants them: a member N has 10.144.0.N. */
record FakeNamed(
        long id,
        Standing standing,
        String domain,
        List<InetAddress> servers,
        Optional<LinkConfig> link,
        boolean tellsNames,
        List<NamedMember> named)
        implements NamedNetwork {
    static FakeNamed pushing(long id, String domain, String own, String... servers) {
        return new FakeNamed(
                id,
                Standing.USABLE,
                domain,
                Arrays.stream(servers).map(FakeNamed::ip).toList(),
                Optional.of(new LinkConfig(List.of(new IpPrefix(ip(own), 24)), List.of(), 1280)),
                false,
                List.of());
    }

    FakeNamed standing(Standing other) {
        return new FakeNamed(id, other, domain, servers, link, tellsNames, named);
    }

    FakeNamed unknown() {
        return new FakeNamed(id, Standing.WAITING, "", List.of(), Optional.empty(), tellsNames, named);
    }

    FakeNamed telling(String name, String address) {
        return new FakeNamed(
                id, standing, domain, servers, link, true, List.of(new NamedMember(name, List.of(ip(address)))));
    }

    static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String reason() {
        return standing == Standing.USABLE ? "" : "the fake is not usable";
    }

    @Override
    public List<InetAddress> addressesOf(long member) {
        return link.isPresent() && member < 256 ? List.of(ip("10.144.0." + member)) : List.of();
    }

    @Override
    public OptionalLong memberOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 && bytes[0] == 10 && bytes[1] == (byte) 144
                ? OptionalLong.of(bytes[3] & 0xff)
                : OptionalLong.empty();
    }
}
