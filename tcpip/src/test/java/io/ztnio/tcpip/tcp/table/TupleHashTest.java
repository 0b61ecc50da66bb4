package io.ztnio.tcpip.tcp.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is remembered of addresses makes the hash no other one. */
class TupleHashTest {
    private static final int ADDRESSES = 5_000;

    @Test
    void moreAddressesThanAreRememberedHaveTheSameHashesAgain() throws UnknownHostException {
        TupleHash hash = new TupleHash(1, 2);
        InetAddress local = address(0);
        List<InetAddress> remotes = new ArrayList<>();
        List<Long> first = new ArrayList<>();
        for (int i = 1; i <= ADDRESSES; i++) {
            InetAddress remote = address(i);
            remotes.add(remote);
            first.add(hash.hash(local, 80, remote, 1024));
        }

        for (int i = 0; i < ADDRESSES; i++) {
            assertThat(hash.hash(local, 80, remotes.get(i), 1024)).isEqualTo(first.get(i));
            assertThat(hash.hash(local, 80, address(i + 1), 1024))
                    .as("another object")
                    .isEqualTo(first.get(i));
        }
        assertThat(first).doesNotHaveDuplicates();
    }

    private static InetAddress address(int number) throws UnknownHostException {
        byte[] ip = new byte[16];
        ip[0] = (byte) 0xfd;
        ip[14] = (byte) (number >>> 8);
        ip[15] = (byte) number;
        return InetAddress.getByAddress(ip);
    }
}
