package io.ztnio.tcpip.tcp;

import java.net.InetAddress;
import java.util.random.RandomGenerator;

/**
 * A keyed hash (SipHash-2-4) of the addresses of a connection: where initial sequence numbers (RFC 6528), timestamp
 * offsets and ephemeral ports (RFC 6056 3.3.3) start.
 */
final class TupleHash {
    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;

    TupleHash(RandomGenerator random) {
        key0 = random.nextLong();
        key1 = random.nextLong();
    }

    long hash(InetAddress local, int localPort, InetAddress remote, int remotePort) {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
        absorb(local.getAddress());
        absorb(remote.getAddress());
        compress((long) localPort << 16 | remotePort);
        v2 ^= 0xff;
        for (int i = 0; i < 4; i++) {
            round();
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void absorb(byte[] address) {
        for (int i = 0; i < address.length; i += 4) {
            compress((long) (address[i] & 0xff) << 24
                    | (address[i + 1] & 0xff) << 16
                    | (address[i + 2] & 0xff) << 8
                    | (address[i + 3] & 0xff));
        }
    }

    private void compress(long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
    }
}
