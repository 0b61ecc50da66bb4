package io.ztnio.provider.routing;

import static io.ztnio.provider.routing.Addresses.ip;
import static io.ztnio.provider.routing.Addresses.link;
import static io.ztnio.provider.routing.Addresses.withoutAddress;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which stack an address is for: a function of networks, host, settings and time. */
class RouteTableTest extends RouteTableCase {
    @Nested
    class WhenEveryNetworkIsUp {
        @Test
        void itsPrefixesAndRoutesAreVirtualAndTheRestIsTheHosts() {
            usable(A, link("10.147.17.5/24", "172.20.0.0/16", "fd00:1::/64"));

            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("172.20.255.1")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("10.147.18.1")).isEqualTo(Verdict.HOST);
            assertThat(remote("192.168.1.1")).isEqualTo(Verdict.HOST);
            assertThat(remote("8.8.8.8")).isEqualTo(Verdict.HOST);
        }

        @Test
        void onlyItsOwnAddressesAreLocal() {
            usable(A, link("10.147.17.5/24"));

            assertThat(local("10.147.17.5")).isEqualTo(Verdict.VIRTUAL);
            assertThat(local("10.147.17.6")).isEqualTo(Verdict.HOST);
            assertThat(local("192.168.1.1")).isEqualTo(Verdict.HOST);
        }

        @Test
        void theLongestPrefixDecidesBetweenNetworks() {
            usable(A, link("10.0.0.1/8"));
            refused(B, link("10.1.2.3/24"));

            assertThat(remote("10.9.9.9")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("10.1.2.4")).isEqualTo(Verdict.UNAVAILABLE);
        }

        @Test
        void ofTwoThatClaimTheSameTheOneThatCanBeHadIsTaken() {
            refused(A, link("10.1.0.1/16"));
            usable(B, link("10.1.0.2/16"));

            assertThat(remote("10.1.9.9")).isEqualTo(Verdict.VIRTUAL);
        }

        @Test
        void anIpv4MappedAddressIsTheIpv4Address() throws UnknownHostException {
            usable(A, link("10.147.17.5/24"));
            byte[] bytes = new byte[16];
            bytes[10] = (byte) 0xff;
            bytes[11] = (byte) 0xff;
            System.arraycopy(ip("10.147.17.9").getAddress(), 0, bytes, 12, 4);
            InetAddress mapped = Inet6Address.getByAddress(null, bytes, -1);
            System.arraycopy(ip("127.0.0.1").getAddress(), 0, bytes, 12, 4);
            InetAddress loopback = Inet6Address.getByAddress(null, bytes, -1);

            assertThat(mapped).isInstanceOf(Inet6Address.class);
            assertThat(table().decide(mapped, BEFORE).verdict()).isEqualTo(Verdict.VIRTUAL);
            assertThat(table().decide(loopback, BEFORE).verdict()).isEqualTo(Verdict.HOST);
        }

        @Test
        void anIpv6PrefixMayEndAnywhere() {
            usable(A, link("fd45:501e:1e57:0:199:93ac:bc00:7b07/88", "fd99:8000::/17"));

            assertThat(remote("fd45:501e:1e57:0:199:9300:0:1")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("fd45:501e:1e57:0:199:9400:0:1")).isEqualTo(Verdict.HOST);
            assertThat(remote("fd99:ffff::1")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("fd99:7fff::1")).isEqualTo(Verdict.HOST);
        }

        @Test
        void aRouteWithoutAnAddressOfItsVersionIsUnavailableAndSaysWhy() {
            usable(A, withoutAddress("10.147.17.0/24"));
            usable(B, link("fd00::1/64", "10.5.0.0/16"));

            assertThat(remote("10.147.17.1")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(reason("10.147.17.1", BEFORE))
                    .contains("00000000000000a1", "10.147.17.0/24", "IPv4", "assign one at its controller");
            assertThat(remote("10.5.0.1")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(remote("fd00::2")).isEqualTo(Verdict.VIRTUAL);
        }
    }

    @Nested
    class WhatIsNotPrivate {
        @Test
        void aNetworkCannotClaimIt() {
            usable(
                    A,
                    link("8.8.8.1/24", "0.0.0.0/0", "9.9.9.0/24", "128.0.0.0/1", "2000::/3", "::/0", "169.254.0.0/16"));

            for (String address :
                    List.of("8.8.8.8", "8.8.8.1", "9.9.9.9", "200.1.1.1", "2001:4860::1", "169.254.1.1")) {
                assertThat(remote(address)).as(address).isEqualTo(Verdict.HOST);
                assertThat(local(address)).as(address).isEqualTo(Verdict.HOST);
                assertThat(table().isClaimed(ip(address))).as(address).isFalse();
            }
            assertThat(remote("10.1.1.1")).isEqualTo(Verdict.HOST);
        }

        @Test
        void anOwnAddressInATooWidePrefixClaimsItselfOnly() {
            usable(A, link("10.1.2.3/1"));

            assertThat(remote("10.1.2.3")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("10.1.2.4")).isEqualTo(Verdict.HOST);
            assertThat(remote("100.1.1.1")).isEqualTo(Verdict.HOST);
        }

        @Test
        void theUserMayGiveItToTheNetwork() {
            usable(A, link("10.1.2.3/24", "0.0.0.0/0"));
            routes("8.8.8.0/24");

            assertThat(remote("8.8.8.8")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("8.8.9.8")).isEqualTo(Verdict.HOST);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"8.8.8.8", "2001:4860::1", "169.254.1.1", "fe80::1", "224.0.0.1", "ff02::1", "0.0.0.0", "::"
                })
        void itNeverWaitsAndNeverFails(String address) {
            unknown(A);
            refused(B);

            assertThat(remote(address)).isEqualTo(Verdict.HOST);
            assertThat(remote(address, AFTER)).isEqualTo(Verdict.HOST);
            assertThat(local(address)).isEqualTo(Verdict.HOST);
        }
    }

    @Nested
    class WhileNothingIsKnown {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "10.1.1.1",
                    "192.168.1.1",
                    "172.16.0.1",
                    "100.64.0.1",
                    "fd00::1",
                    "fc00::1",
                    "25.1.1.1",
                    "11.0.0.1",
                    "198.18.0.1"
                })
        void privateAddressesArePendingAndThenUnavailable(String address) {
            unknown(A);

            assertThat(remote(address)).isEqualTo(Verdict.PENDING);
            assertThat(remote(address, DEADLINE)).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(remote(address, AFTER)).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(local(address)).isEqualTo(Verdict.PENDING);
            assertThat(reason(address, BEFORE)).startsWith("no answer");
            assertThat(reason(address, AFTER)).startsWith("no answer").contains("ztnio.bypass", "ztnio.unavailable=os");
        }

        @Test
        void theyAreUnavailableAtOnceIfTheNetworkIsRefused() {
            refused(A);

            assertThat(remote("10.1.1.1")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(reason("10.1.1.1", BEFORE)).startsWith("not authorised");
            assertThat(local("10.1.1.1")).isEqualTo(Verdict.UNAVAILABLE);
        }

        @Test
        void loopbackOwnAndBypassedAddressesAreTheHostsAtOnce() {
            unknown(A);
            host(Set.of("192.168.7.7", "fd77::7"), "192.168.7.7/24");
            bypass("10.9.0.0/16", "fd09::/16");

            for (String address :
                    List.of("127.0.0.1", "127.9.9.9", "::1", "192.168.7.7", "fd77::7", "10.9.1.1", "fd09::1")) {
                assertThat(remote(address)).as(address).isEqualTo(Verdict.HOST);
                assertThat(local(address)).as(address).isEqualTo(Verdict.HOST);
            }
        }

        /** The network might claim the very prefix that the host is on. */
        @Test
        void theNetworkThatTheHostIsOnIsPendingToo() {
            unknown(A);
            host(Set.of("192.168.7.7"), "192.168.7.7/24");

            assertThat(remote("192.168.7.8")).isEqualTo(Verdict.PENDING);
            assertThat(remote("192.168.7.8", AFTER)).isEqualTo(Verdict.UNAVAILABLE);
        }

        @Test
        void whatTheUserHasGivenToTheNetworkWaitsAndFailsThoughItIsPublic() {
            unknown(A);
            routes("8.8.8.0/24");

            assertThat(remote("8.8.8.8")).isEqualTo(Verdict.PENDING);
            assertThat(remote("8.8.8.8", AFTER)).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(local("8.8.8.8")).isEqualTo(Verdict.PENDING);
            assertThat(remote("9.9.9.9")).isEqualTo(Verdict.HOST);
        }

        @Test
        void oneNetworkThatIsUpWorksAtOnceAndTheRestWaitsForTheOther() {
            usable(A, link("10.147.17.5/24"));
            unknown(B);

            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.VIRTUAL);
            assertThat(local("10.147.17.5")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("192.168.1.1")).isEqualTo(Verdict.PENDING);
            assertThat(remote("192.168.1.1", AFTER)).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(remote("8.8.8.8")).isEqualTo(Verdict.HOST);
        }

        @Test
        void onceTheOtherIsRefusedTheRestFailsAtOnce() {
            usable(A, link("10.147.17.5/24"));
            refused(B);

            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("192.168.1.1")).isEqualTo(Verdict.UNAVAILABLE);
        }

        @Test
        void whoMayStillAnswerIsWaitedForThoughAnotherIsRefused() {
            refused(A);
            unknown(B);

            assertThat(remote("10.1.1.1")).isEqualTo(Verdict.PENDING);
            assertThat(remote("10.1.1.1", AFTER)).isEqualTo(Verdict.UNAVAILABLE);
        }
    }

    @Nested
    class ANetworkThatCannotBeHad {
        @Test
        void keepsWhatItClaimsAndNothingElse() {
            refused(A, link("10.147.17.5/24", "172.20.0.0/16"));

            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(remote("172.20.1.1")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(reason("172.20.1.1", AFTER)).isEqualTo("not authorised");
            assertThat(local("10.147.17.5")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(remote("192.168.1.1")).isEqualTo(Verdict.HOST);
        }

        @Test
        void isWaitedForWhileItsNodeStartsWithWhatIsCached() {
            waiting(A, link("10.147.17.5/24"));

            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.PENDING);
            assertThat(remote("10.147.17.9", AFTER)).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(local("10.147.17.5")).isEqualTo(Verdict.PENDING);
            assertThat(remote("192.168.1.1")).isEqualTo(Verdict.HOST);
        }

        @Test
        void keepsWhatItHadBeforeItsControllerChangedIt() {
            usable(A, link("10.147.17.5/24", "172.20.0.0/16"));
            usable(A, link("10.147.18.5/24"));

            assertThat(remote("10.147.18.9")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(local("10.147.17.5")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(remote("172.20.1.1")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(reason("172.20.1.1", BEFORE)).contains("00000000000000a1", "172.20.0.0/16", "ztnio.bypass");
        }

        @Test
        void whatItHasNowCountsBeforeWhatItHad() {
            usable(A, link("10.147.17.5/24"));
            usable(A, link("10.147.17.5/16"));

            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("10.147.99.9")).isEqualTo(Verdict.VIRTUAL);
        }

        @Test
        void whatALostRouteCoveredStaysItsOwnUnlessTheHostIsOnSomethingLonger() {
            usable(A, link("10.147.17.5/16"));
            usable(A, link("fd00::1/64"));
            host(Set.of("10.147.3.3"), "10.147.3.3/24");

            assertThat(remote("10.147.3.4")).isEqualTo(Verdict.HOST);
            assertThat(remote("10.147.4.4")).isEqualTo(Verdict.UNAVAILABLE);
        }
    }

    @Nested
    class WhatTheUserSays {
        @Test
        void bypassBeatsANetworkHoweverLongItsPrefix() {
            usable(A, link("10.147.17.5/24"));
            bypass("10.0.0.0/8");

            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.HOST);
            assertThat(local("10.147.17.5")).isEqualTo(Verdict.HOST);
        }

        @Test
        void theLongerOfRoutesAndBypassCountsAndOfEqualOnesBypass() {
            usable(A, link("10.0.0.5/8"));
            routes("10.1.0.0/16", "10.2.0.0/16");
            bypass("10.0.0.0/8", "10.1.2.0/24", "10.2.0.0/16");

            assertThat(remote("10.1.1.1")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("10.1.2.1")).isEqualTo(Verdict.HOST);
            assertThat(remote("10.2.1.1")).isEqualTo(Verdict.HOST);
            assertThat(remote("10.3.1.1")).isEqualTo(Verdict.HOST);
        }

        @Test
        void routesBeatANetworkThatTheHostIsOn() {
            usable(A, link("10.147.17.5/16"));
            host(Set.of("10.147.3.3"), "10.147.3.3/24");
            routes("10.147.3.0/24");

            assertThat(remote("10.147.3.4")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("10.147.3.3")).isEqualTo(Verdict.HOST);
            assertThat(table().notices()).isEmpty();
        }

        @Test
        void aRouteThatNoNetworkHasFailsAndSaysSo() {
            usable(A, link("10.147.17.5/24"));
            routes("192.168.0.0/16");

            assertThat(remote("192.168.1.1")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(reason("192.168.1.1", BEFORE)).contains("ztnio.routes", "no network has a route");
            assertThat(local("192.168.1.1")).isEqualTo(Verdict.HOST);
        }

        @Test
        void aRouteFailsWithTheNetworkThatCannotBeHad() {
            refused(A, link("10.147.17.5/24"));
            routes("192.168.0.0/16");

            assertThat(remote("192.168.1.1")).isEqualTo(Verdict.UNAVAILABLE);
            assertThat(reason("192.168.1.1", BEFORE)).isEqualTo("not authorised");
        }

        @Test
        void groupsMayBeGivenToTheNetworks() {
            usable(A, link("10.147.17.5/24"));
            routes("239.0.0.0/8");

            assertThat(remote("239.1.1.1")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("224.0.0.1")).isEqualTo(Verdict.HOST);
        }
    }

    @Nested
    class ANetworkThatTheHostIsOn {
        @Test
        void winsWhereItIsStrictlyLongerAndThatIsSaid() {
            usable(A, link("10.147.17.5/16"));
            host(Set.of("10.147.3.3"), "10.147.3.3/24");

            assertThat(remote("10.147.3.4")).isEqualTo(Verdict.HOST);
            assertThat(remote("10.147.4.4")).isEqualTo(Verdict.VIRTUAL);
            assertThat(table().isClaimed(ip("10.147.3.4"))).isFalse();
            assertThat(table().notices())
                    .singleElement()
                    .asString()
                    .contains(
                            "10.147.3.0/24", "10.147.0.0/16", "ztnio.routes=10.147.3.0/24", "eth0", "00000000000000a1");
        }

        @Test
        void losesWhereItIsEqualAndThatIsSaid() {
            usable(A, link("10.147.17.5/24"));
            host(Set.of("10.147.17.99"), "10.147.17.99/24");

            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("10.147.17.99")).isEqualTo(Verdict.HOST);
            assertThat(table().notices())
                    .singleElement()
                    .asString()
                    .contains("10.147.17.0/24 goes to network", "ztnio.bypass=10.147.17.0/24");
        }

        @Test
        void losesWhereItIsShorterAndNobodyNeedsToKnow() {
            usable(A, link("10.147.17.5/24"));
            host(Set.of("10.1.1.1"), "10.1.1.1/8");

            assertThat(remote("10.147.17.9")).isEqualTo(Verdict.VIRTUAL);
            assertThat(remote("10.2.2.2")).isEqualTo(Verdict.HOST);
            assertThat(table().notices()).isEmpty();
        }

        @Test
        void winsOverANetworkThatCannotBeHadToo() {
            refused(A, link("10.147.17.5/16"));
            host(Set.of("fd00:0:0:1::1"), "10.147.3.3/24", "fd00:0:0:1::1/64");

            assertThat(remote("10.147.3.4")).isEqualTo(Verdict.HOST);
            assertThat(remote("10.147.4.4")).isEqualTo(Verdict.UNAVAILABLE);
        }

        @Test
        void doesNotTakeTheOwnAddressOfAnother() {
            usable(A, link("10.147.3.5/16"));
            host(Set.of("10.147.3.3"), "10.147.3.3/24");

            assertThat(remote("10.147.3.5")).isEqualTo(Verdict.VIRTUAL);
            assertThat(local("10.147.3.5")).isEqualTo(Verdict.VIRTUAL);
        }

        @Test
        void losesToTheLongestOfSeveralClaims() {
            usable(A, link("10.147.17.5/16", "10.147.3.0/24"));
            host(Set.of("10.147.3.3"), "10.147.3.3/24");

            assertThat(remote("10.147.3.4")).isEqualTo(Verdict.VIRTUAL);
        }
    }

    @Test
    void theNodesOwnDatagramsKeepOffWhatNetworksClaimAndNothingElse() {
        usable(A, link("10.147.17.5/24"));
        refused(B, link("172.20.0.1/16"));
        add(new NetworkClaims(0xc3, Standing.WAITING, "no answer", Optional.empty()));
        routes("8.8.8.0/24");
        bypass("10.147.17.128/25");

        assertThat(table().isClaimed(ip("10.147.17.9"))).isTrue();
        assertThat(table().isClaimed(ip("172.20.9.9"))).isTrue();
        assertThat(table().isClaimed(ip("8.8.8.8"))).isTrue();
        assertThat(table().isClaimed(ip("10.147.17.200"))).isFalse();
        assertThat(table().isClaimed(ip("192.168.1.1"))).isFalse();
        assertThat(table().isClaimed(ip("127.0.0.1"))).isFalse();
    }
}
