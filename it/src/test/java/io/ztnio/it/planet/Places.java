package io.ztnio.it.planet;

import io.ztnio.protocol.sim.SimHost;
import io.ztnio.protocol.sim.SimNat;
import io.ztnio.protocol.sim.SimNet;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Where machines are: their addresses, the NATs that they are behind, and which side of a partition that is. */
final class Places {
    private final SimNet net;
    private final RandomGenerator random;
    private final List<SimNat> nats = new ArrayList<>();
    private final Map<InetAddress, Integer> sides = new HashMap<>();
    private int publicAddresses;
    private int insideAddresses;
    private int ipv6Addresses;

    Places(SimNet net, RandomGenerator random) {
        this.net = net;
        this.random = random;
    }

    /** A machine in the open, at addresses that are on one side. */
    SimHost host(int side, String... endpoints) {
        for (String endpoint : endpoints) {
            sides.put(SimNet.endpoint(endpoint).getAddress(), side);
        }
        return net.host(endpoints);
    }

    /**
     * Gives a machine another place: with IPv4 in the open, behind a NAT, or with others behind the last one; every third has IPv6
     * besides, which no NAT translates, and one in twenty nothing else.
     */
    void settle(SimHost host) {
        int families = random.nextInt(100);
        if (families < 5) {
            net.move(host, null, ipv6(random.nextInt(2)));
            return;
        }
        boolean dualStack = families < 35;
        int kind = random.nextInt(100);
        if (kind < 15) {
            String address = publicAddress();
            move(host, null, address + ":9993", dualStack);
            return;
        }
        SimNat nat = nats.isEmpty() ? null : nats.get(nats.size() - 1);
        if (nat == null || random.nextInt(100) >= 30) {
            SimNat.Kind natKind = kind < 30
                    ? SimNat.Kind.FULL_CONE
                    : kind < 45
                            ? SimNat.Kind.RESTRICTED
                            : kind < 85 ? SimNat.Kind.PORT_RESTRICTED : SimNat.Kind.SYMMETRIC;
            // RFC 4787 wants two minutes; there are those that forget after half of one.
            nat = net.nat(publicAddress(), natKind).forgetsAfter(random.nextLong(30_000, 120_000));
            nats.add(nat);
        }
        int inside = ++insideAddresses;
        move(host, nat, "10.0." + inside / 250 + "." + (inside % 250 + 1) + ":9993", dualStack);
    }

    private void move(SimHost host, SimNat nat, String endpoint, boolean dualStack) {
        if (dualStack) {
            InetAddress address = nat == null ? SimNet.endpoint(endpoint).getAddress() : nat.publicAddress();
            net.move(host, nat, endpoint, ipv6(sides.get(address)));
        } else {
            net.move(host, nat, endpoint);
        }
    }

    private String publicAddress() {
        int number = publicAddresses++;
        // Neighbours in number: hash codes of endpoints are sums of address and port.
        String address = "60.0." + number / 250 + "." + (number % 250 + 1);
        sides.put(SimNet.endpoint(address + ":0").getAddress(), number % 2);
        return address;
    }

    /** In a /64 of its own, as a subscriber has it. */
    private String ipv6(int side) {
        String endpoint = "[2a00:60:0:" + Integer.toHexString(++ipv6Addresses) + "::1]:9993";
        sides.put(SimNet.endpoint(endpoint).getAddress(), side);
        return endpoint;
    }

    int sideOf(InetAddress address) {
        return sides.getOrDefault(address, -1);
    }

    int sideOf(SimHost host) {
        return sideOf(
                host.nat() == null ? host.address().getAddress() : host.nat().publicAddress());
    }

    /** NATs forget all that they knew. */
    void rebootNats(int percent) {
        nats.stream().filter(nat -> random.nextInt(100) < percent).forEach(SimNat::reset);
    }
}
