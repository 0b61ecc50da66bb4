package io.ztnio.provider.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.tcpip.link.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    @Test
    void anEmptyTableLeavesEverythingToTheOperatingSystem() {
        assertThat(RouteTable.EMPTY.covers(ip("10.1.2.3"))).isFalse();
        assertThat(RouteTable.EMPTY.covers(ip("fc00::1"))).isFalse();
        assertThat(RouteTable.EMPTY.isLocal(ip("10.1.2.3"))).isFalse();
    }

    @Test
    void theLongestPrefixDecides() {
        RouteTable table = new RouteTable.Builder()
                .virtual(List.of(prefix("10.0.0.0", 8), prefix("10.1.2.0", 24)))
                .os(List.of(prefix("10.1.0.0", 16)))
                .build();

        assertThat(table.covers(ip("10.9.9.9"))).isTrue();
        assertThat(table.covers(ip("10.1.9.9"))).isFalse();
        assertThat(table.covers(ip("10.1.2.9"))).isTrue();
        assertThat(table.covers(ip("11.0.0.1"))).isFalse();
    }

    @Test
    void theOperatingSystemWinsATie() {
        RouteTable table = new RouteTable.Builder()
                .own(prefix("10.1.2.3", 24))
                .os(List.of(prefix("10.1.2.3", 32)))
                .build();

        assertThat(table.covers(ip("10.1.2.3"))).isFalse();
        assertThat(table.covers(ip("10.1.2.4"))).isTrue();
    }

    @Test
    void anOwnAddressCoversItsOnLinkPrefixThoughItsHostBitsAreSet() {
        RouteTable table = new RouteTable.Builder()
                .own(prefix("fd45:501e:1e57:0:199:93ac:bc00:7b07", 88))
                .build();

        assertThat(table.isLocal(ip("fd45:501e:1e57:0:199:93ac:bc00:7b07"))).isTrue();
        assertThat(table.isLocal(ip("fd45:501e:1e57:0:199:9300:0:1"))).isFalse();
        assertThat(table.covers(ip("fd45:501e:1e57:0:199:9300:0:1"))).isTrue();
        assertThat(table.covers(ip("fd45:501e:1e57:0:199:9400:0:1"))).isFalse();
    }

    @Test
    void aDefaultRouteCoversWhatNothingElseDoes() {
        RouteTable table =
                new RouteTable.Builder().virtual(List.of(prefix("0.0.0.0", 0))).build();

        assertThat(table.covers(ip("192.168.0.1"))).isTrue();
        assertThat(table.covers(ip("fc00::1"))).isFalse();
    }

    private static IpPrefix prefix(String address, int bits) {
        return new IpPrefix(ip(address), bits);
    }

    private static InetAddress ip(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
