package io.ztnio.provider.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Memberships of groups, with any source and with particular ones. */
@Timeout(60)
@SuppressWarnings("try") // closing is what is tested
class MulticastContractTest {
    private static final InetAddress GROUP = TestedStack.ipv4(239, 1, 2, 3);
    private static final InetAddress OTHER_SOURCE = TestedStack.ipv4(10, 144, 0, 77);
    private static final InetAddress THIRD_SOURCE = TestedStack.ipv4(10, 144, 0, 78);

    private static NetworkInterface loopback() throws IOException {
        return NetworkInterface.getByInetAddress(TestedStack.ipv4(127, 0, 0, 1));
    }

    /** A channel that receives multicasts: bound to no address. */
    private static DatagramChannel receiver(TestedStack stack) throws IOException {
        return stack.provider
                .openDatagramChannel(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(TestedStack.ipv4(0, 0, 0, 0), 0));
    }

    private static DatagramChannel sender(TestedStack stack) throws IOException {
        DatagramChannel channel = stack.provider.openDatagramChannel(StandardProtocolFamily.INET);
        if (!stack.isVirtual()) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, loopback());
        }
        return channel.bind(stack.address(0));
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void anySourceAndParticularSourcesExcludeEachOther(TestedStack stack) throws IOException {
        try (DatagramChannel channel = receiver(stack)) {
            MembershipKey any = channel.join(GROUP, loopback());
            assertThat(channel.join(GROUP, loopback())).isSameAs(any);
            assertThatThrownBy(() -> channel.join(GROUP, loopback(), OTHER_SOURCE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Already have source-specific membership");

            any.drop();
            any.drop();
            assertThat(any.isValid()).isFalse();
            MembershipKey one = channel.join(GROUP, loopback(), OTHER_SOURCE);
            MembershipKey another = channel.join(GROUP, loopback(), THIRD_SOURCE);

            assertThat(one.sourceAddress()).isEqualTo(OTHER_SOURCE);
            assertThat(another).isNotEqualTo(one);
            assertThat(channel.join(GROUP, loopback(), OTHER_SOURCE)).isSameAs(one);
            assertThatThrownBy(() -> channel.join(GROUP, loopback()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Already a member to receive all packets");
            one.drop();
            assertThatThrownBy(() -> channel.join(GROUP, loopback())).isInstanceOf(IllegalStateException.class);
            another.drop();
            assertThat(channel.join(GROUP, loopback()).sourceAddress()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void onlyMembershipsOfAnySourceBlock(TestedStack stack) throws IOException {
        try (DatagramChannel channel = receiver(stack)) {
            MembershipKey any = channel.join(GROUP, loopback());

            assertThat(any.block(OTHER_SOURCE)).isSameAs(any);
            assertThat(any.block(OTHER_SOURCE)).isSameAs(any);
            assertThat(any.unblock(OTHER_SOURCE)).isSameAs(any);
            assertThatThrownBy(() -> any.unblock(OTHER_SOURCE)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> any.block(GROUP)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> any.block(TestedStack.ipv4(0, 0, 0, 0)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> any.block(Inet6Address.getByAddress(new byte[16])))
                    .isInstanceOf(IllegalArgumentException.class);

            any.drop();
            assertThatThrownBy(() -> any.block(OTHER_SOURCE)).isInstanceOf(IllegalStateException.class);
            MembershipKey one = channel.join(GROUP, loopback(), OTHER_SOURCE);
            assertThatThrownBy(() -> one.block(THIRD_SOURCE)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> one.unblock(THIRD_SOURCE)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(TestedStack.class)
    void refusesWhatIsNoGroupOrNoSource(TestedStack stack) throws IOException {
        try (DatagramChannel channel = receiver(stack)) {
            assertThatThrownBy(() -> channel.join(OTHER_SOURCE, loopback()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> channel.join(GROUP, loopback(), GROUP))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> channel.join(GROUP, loopback(), TestedStack.ipv4(0, 0, 0, 0)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> channel.join(InetAddress.getByName("ff05::1:3"), loopback()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> channel.join(GROUP, loopback(), null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> channel.join(GROUP, null)).isInstanceOf(NullPointerException.class);
            channel.close();
            assertThatThrownBy(() -> channel.join(GROUP, loopback())).isInstanceOf(ClosedChannelException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "ZEROTIER_PEERS", mode = Mode.EXCLUDE) // between nodes memberships take their time to be known
    @EnabledOnOs(OS.LINUX) // its loopback interface takes multicasts
    void receivesWhatIsNotFiltered(TestedStack stack) throws Exception {
        try (DatagramChannel receiver = receiver(stack);
                DatagramChannel sender = sender(stack)) {
            InetAddress source = ((InetSocketAddress) sender.getLocalAddress()).getAddress();

            MembershipKey any = receiver.join(GROUP, loopback());
            assertThat(received(receiver, sender)).containsExactly(1);
            any.block(source);
            assertThat(received(receiver, sender)).isEmpty();
            any.unblock(source).block(OTHER_SOURCE);
            assertThat(received(receiver, sender)).containsExactly(1);
            any.drop();
            assertThat(received(receiver, sender)).isEmpty();

            MembershipKey other = receiver.join(GROUP, loopback(), OTHER_SOURCE);
            assertThat(received(receiver, sender)).isEmpty();
            MembershipKey this1 = receiver.join(GROUP, loopback(), source);
            assertThat(received(receiver, sender)).containsExactly(1);
            other.drop();
            assertThat(received(receiver, sender)).containsExactly(1);
            this1.drop();
            assertThat(received(receiver, sender)).isEmpty();
        }
    }

    /** Sends 1 to the group and 2 to the receiver itself; what comes before the 2 has come. */
    private static List<Integer> received(DatagramChannel receiver, DatagramChannel sender) throws IOException {
        int port = ((InetSocketAddress) receiver.getLocalAddress()).getPort();
        InetAddress own = ((InetSocketAddress) sender.getLocalAddress()).getAddress();
        sender.send(ByteBuffer.wrap(new byte[] {1}), new InetSocketAddress(GROUP, port));
        sender.send(ByteBuffer.wrap(new byte[] {2}), new InetSocketAddress(own, port));
        List<Integer> values = new ArrayList<>();
        while (true) {
            ByteBuffer datagram = ByteBuffer.allocate(9);
            receiver.receive(datagram);
            if (datagram.get(0) == 2) {
                return values;
            }
            values.add((int) datagram.get(0));
        }
    }
}
