package io.ztnio.provider.runtime;

import io.ztnio.overlay.address.DerivedAddresses;
import io.ztnio.overlay.node.MemberView;
import io.ztnio.overlay.node.NetworkView;
import io.ztnio.provider.routing.Standing;
import io.ztnio.tcpip.link.IpPrefix;
import io.ztnio.tcpip.link.LinkConfig;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The names of an overlay network. It has no controller, so that nobody pushes DNS.
 *
 * @param id network id
 * @param standing how it stands
 * @param reason why it is not usable
 * @param view as it is; empty while the node does not run
 * @param self the own node, 0 while it is not known
 * @param ownName what this node calls itself
 */
record OverlayNames(
        long id, Standing standing, String reason, Optional<NetworkView> view, long self, Optional<String> ownName)
        implements NamedNetwork {
    @Override
    public Optional<LinkConfig> link() {
        return view.map(NetworkView::linkConfig);
    }

    @Override
    public String domain() {
        return "";
    }

    @Override
    public List<InetAddress> servers() {
        return List.of();
    }

    private List<MemberView> members() {
        return view.map(NetworkView::members).orElse(List.of());
    }

    private List<InetAddress> own() {
        return view.map(NetworkView::addresses).orElse(List.of()).stream()
                .map(IpPrefix::address)
                .toList();
    }

    @Override
    public List<InetAddress> addressesOf(long member) {
        if (member == self) {
            return own();
        }
        return members().stream()
                .filter(other -> other.id() == member)
                .findFirst()
                .map(MemberView::addresses)
                .orElseGet(() -> List.of(DerivedAddresses.ipv6(id, member)));
    }

    @Override
    public OptionalLong memberOf(InetAddress address) {
        if (self != 0 && own().contains(address)) {
            return OptionalLong.of(self);
        }
        byte[] bytes = address.getAddress();
        long derived = bytes.length == 16 ? DerivedAddresses.nodeOf(id, bytes, 0) : -1;
        return derived >= 0
                ? OptionalLong.of(derived)
                : members().stream()
                        .filter(member -> member.addresses().contains(address))
                        .mapToLong(MemberView::id)
                        .findFirst();
    }

    @Override
    public boolean tellsNames() {
        return true;
    }

    @Override
    public List<NamedMember> named() {
        Stream<NamedMember> others = members().stream()
                .filter(member -> member.name().isPresent())
                .map(member -> new NamedMember(member.name().orElseThrow(), member.addresses()));
        return Stream.concat(ownName.map(name -> new NamedMember(name, own())).stream(), others)
                .toList();
    }
}
