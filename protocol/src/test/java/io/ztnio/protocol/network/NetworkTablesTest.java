package io.ztnio.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.ztnio.protocol.config.MulticastGroup;
import io.ztnio.protocol.config.NetworkId;
import io.ztnio.protocol.credential.CredentialType;
import io.ztnio.protocol.sim.SimNet;
import io.ztnio.protocol.sim.SimPlanet;
import io.ztnio.protocol.store.MemoryStateStore;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What others can fill in a network has a bound. */
@Tag("any-jdk")
class NetworkTablesTest {
    private static final long FIRST = 0x11_0000_0000L;

    private final SimNet net = new SimNet(44);
    private final Vl2Host alice = new Vl2Host(net, new SimPlanet(net), "81.1.1.1:9993", 1, new MemoryStateStore());
    private final VirtualNetwork network = alice.join(NetworkId.of(FIRST, 1));

    @Test
    void theMemberUnusedForLongestMakesRoom() {
        for (int i = 0; i < VirtualNetwork.MAX_MEMBERS; i++) {
            network.member(FIRST + i, i);
        }
        network.member(FIRST, VirtualNetwork.MAX_MEMBERS);

        network.member(FIRST - 1, VirtualNetwork.MAX_MEMBERS);

        assertThat(network.members.size()).isEqualTo(VirtualNetwork.MAX_MEMBERS);
        assertThat(network.members.get(FIRST)).isNotNull();
        assertThat(network.members.get(FIRST + 1)).isNull();
        assertThat(network.members.get(FIRST - 1)).isNotNull();
    }

    @Test
    void addressesBehindBridgesAreBounded() {
        for (int i = 0; i < VirtualNetwork.MAX_BRIDGE_ROUTES + 10; i++) {
            network.learnBridgeRoute(0x0200_0000_0000L + i, FIRST);
        }

        assertThat(alice.networks.dropped(NetworkDropReason.TABLE_FULL)).isEqualTo(10);
    }

    @Test
    void whoIsRefusedIsToldOnceASecondAndTheListOfThemIsBounded() {
        assertThat(network.mayRefuse(FIRST, 0)).isTrue();
        assertThat(network.mayRefuse(FIRST, 999)).isFalse();
        assertThat(network.mayRefuse(FIRST, 1_000)).isTrue();

        for (int i = 1; i <= 1_024; i++) {
            assertThat(network.mayRefuse(FIRST + i, 1_000)).isTrue();
        }

        assertThat(network.mayRefuse(FIRST, 1_001)).as("the list began anew").isTrue();
    }

    @Test
    void revocationsOfAMembersCredentialsAreBounded() {
        Member member = network.member(FIRST, 0);
        for (int i = 0; i < 512; i++) {
            assertThat(member.revoke(CredentialType.TAG, i, 1)).isEqualTo(Member.Stored.NEW);
        }

        assertThat(member.revoke(CredentialType.TAG, 512, 1)).isEqualTo(Member.Stored.FULL);
        assertThat(member.revoke(CredentialType.TAG, 0, 2)).isEqualTo(Member.Stored.NEW);
    }

    @Test
    void groupsAndTheirMembersAreBounded() {
        MulticastTable table = new MulticastTable();
        MulticastGroup group = new MulticastGroup(0x0100_5e00_0000L, 0);

        for (int i = 0; i < MulticastTable.MAX_MEMBERS; i++) {
            assertThat(table.add(group, FIRST + i, 0)).isTrue();
        }
        assertThat(table.add(group, FIRST - 1, 0)).isFalse();
        assertThat(table.add(group, FIRST, 1)).as("one that is in it").isTrue();
        for (int i = 1; i < MulticastTable.MAX_GROUPS; i++) {
            assertThat(table.add(new MulticastGroup(0x0100_5e00_0000L, i), FIRST, 0))
                    .isTrue();
        }
        assertThat(table.add(new MulticastGroup(0x0100_5e00_0000L, -1), FIRST, 0))
                .isFalse();

        table.expire(600_001);
        assertThat(table.members(group, 0, 600_001, new SplittableRandom(1))).hasSizeLessThan(2);
        assertThat(table.add(new MulticastGroup(0x0100_5e00_0000L, -1), FIRST, 600_001))
                .isTrue();
    }

    @Test
    void networksThatAreNotJoinedAndHaveGroupsAreBounded() {
        int made = 0;
        for (int i = 1; i <= 2_000; i++) {
            made += alice.networks.table(network.id() + i) == null ? 0 : 1;
        }

        assertThat(made).isEqualTo(1_024);
        assertThat(alice.networks.table(network.id())).as("joined").isNotNull();
    }
}
