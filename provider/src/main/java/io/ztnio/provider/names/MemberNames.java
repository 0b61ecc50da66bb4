package io.ztnio.provider.names;

import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.identity.Address;
import io.ztnio.provider.runtime.NamedMember;
import io.ztnio.provider.runtime.NamedNetwork;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names below {@code zt}, which is no domain of the Internet's: {@code MEMBER.NETWORK.zt}, of ten and sixteen hexadecimal
 * digits, and {@code MEMBER.zt} for any of the networks. On an overlay {@code MEMBER} may be the name that a node has told.
 *
 * <p>Thread: stateless.
 */
final class MemberNames {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{10}");
    private static final Pattern SHAPE =
            Pattern.compile("(?:([0-9a-f]{10})|([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?))(?:\\.([0-9a-f]{16}))?\\.zt");

    private MemberNames() {}

    /**
     * A name of this form.
     *
     * @param member a node's address, or -1 where it is a name
     * @param label the name, or the address as it was written
     * @param network empty for any
     */
    record Form(long member, String label, OptionalLong network) {
        boolean isOf(NamedNetwork candidate) {
            return network.isEmpty() || network.getAsLong() == candidate.id();
        }

        /** Whether nobody but us can mean anything by it, whatever domains there are. */
        boolean isOurs() {
            return member >= 0 || network.isPresent();
        }
    }

    /** Empty if the name has another form. */
    static Optional<Form> parse(HostName name) {
        Matcher matcher = SHAPE.matcher(name.text());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        boolean isId = matcher.group(1) != null;
        return Optional.of(new Form(
                isId ? Long.parseLong(matcher.group(1), 16) : -1,
                isId ? matcher.group(1) : matcher.group(2),
                matcher.group(3) == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(Long.parseUnsignedLong(matcher.group(3), 16))));
    }

    /** On all the networks that are meant. */
    static List<InetAddress> addresses(Form form, List<NamedNetwork> networks) {
        Set<InetAddress> found = new LinkedHashSet<>();
        for (NamedNetwork network : networks) {
            if (form.isOf(network)) {
                if (form.member() >= 0) {
                    found.addAll(network.addressesOf(form.member()));
                } else {
                    network.named().stream()
                            .filter(member -> member.name().equals(form.label()))
                            .map(NamedMember::addresses)
                            .forEach(found::addAll);
                }
            }
        }
        return new ArrayList<>(found);
    }

    /** The full name of the member that has an address. */
    static Optional<String> nameOf(InetAddress address, List<NamedNetwork> networks) {
        for (NamedNetwork network : networks) {
            OptionalLong member = network.memberOf(address);
            if (member.isPresent()) {
                String label = network.named().stream()
                        .filter(named -> named.addresses().contains(address))
                        .map(NamedMember::name)
                        // A name that looks like an id would be read as that.
                        .filter(name -> !ID.matcher(name).matches())
                        .findFirst()
                        .orElseGet(() -> Address.format(member.getAsLong()));
                return Optional.of(label + "." + NetworkId.format(network.id()) + ".zt");
            }
        }
        return Optional.empty();
    }
}
