package io.ztnio.tools.cli.network;

import io.ztnio.provider.names.Families;
import io.ztnio.provider.routing.Verdict;
import io.ztnio.tcpip.link.LinkLocal;
import io.ztnio.tools.cli.command.CommandFailure;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Addresses that must be on a virtual network. */
final class VirtualAddress {
    private static final Pattern NODE_ID = Pattern.compile("[0-9a-fA-F]{10}");
    private static final Pattern LITERAL = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int LIMITED_BROADCAST = -1;

    private VirtualAddress() {}

    static boolean isNodeId(String text) {
        return NODE_ID.matcher(text).matches();
    }

    static boolean isLiteral(String text) {
        return LITERAL.matcher(text).matches();
    }

    /** Whether it is a multicast group or the broadcast address. */
    static boolean isForEverybody(InetAddress address) {
        return address.isMulticastAddress()
                || (address instanceof Inet4Address && address.hashCode() == LIMITED_BROADCAST);
    }

    /**
     * An address literal, a name of the networks', or one that the operating system knows; of several addresses the first
     * that is on the networks.
     *
     * @throws CommandFailure if it is not on the node's networks: what is meant for them must not leave through the
     *     operating system
     */
    static InetAddress of(String text, CommandNode node) {
        List<InetAddress> found;
        try {
            Optional<List<InetAddress>> named =
                    isLiteral(text) ? Optional.empty() : node.names().lookup(text, Families.ofProperties());
            found = named.isPresent() ? named.get() : List.of(InetAddress.getAllByName(text));
        } catch (UnknownHostException e) {
            throw new CommandFailure(
                    text + " is neither an address nor a node id nor a name that is known here (" + e.getMessage()
                            + ")",
                    e);
        }
        InetAddress address = found.stream()
                .filter(each -> node.networks().decide(each).verdict() == Verdict.VIRTUAL)
                .findFirst()
                .orElse(found.get(0));
        if (!isForEverybody(address) && node.networks().decide(address).verdict() != Verdict.VIRTUAL) {
            throw new CommandFailure(address.getHostAddress() + " is not on the network; own addresses there: "
                    + node.joined().stream()
                            .flatMap(network -> network.addresses().stream())
                            .collect(Collectors.joining(" ")));
        }
        return address;
    }

    /** The own address to send to {@code target} from, so that it leaves through the network whatever it is. */
    static InetAddress sourceFor(InetAddress target, CommandNode node) {
        boolean ipv4 = target instanceof Inet4Address;
        return node.addresses().stream()
                .filter(own -> own instanceof Inet4Address == ipv4)
                .filter(own -> LinkLocal.scope(own) == (target.isLinkLocalAddress() ? LinkLocal.scope(target) : 0))
                .findFirst()
                .orElseThrow(() -> new CommandFailure("this node has no IPv" + (ipv4 ? 4 : 6)
                        + " address on the network to reach " + target.getHostAddress() + " from"));
    }
}
