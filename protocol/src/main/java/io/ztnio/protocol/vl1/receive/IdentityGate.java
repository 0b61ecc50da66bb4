package io.ztnio.protocol.vl1.receive;

import io.ztnio.protocol.vl1.path.Path;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * Checking a stranger's identity costs a key agreement and 2 MiB of hashing, so it is done once per 2 s and source
 * network, /24 or /48 ({@code protocol.md} 4.2). Thread: confined to the node.
 */
final class IdentityGate {
    private static final long INTERVAL_MILLIS = 2_000;
    private static final int BUCKETS = 1 << 14;

    private final long[] lastMillis = new long[BUCKETS];
    private final int salt;

    IdentityGate(int salt) {
        this.salt = salt;
        Arrays.fill(lastMillis, Path.NEVER);
    }

    boolean admit(InetAddress source, long nowMillis) {
        byte[] ip = source.getAddress();
        int hash = salt;
        // On the loopback interface all nodes share a network, and whoever is there has cheaper ways to burn our time.
        int prefix = source.isLoopbackAddress() ? 0 : ip.length == 4 ? 3 : 6;
        if (prefix == 0) {
            return true;
        }
        for (int i = 0; i < prefix; i++) {
            hash = (hash ^ ip[i]) * 0x01000193;
        }
        int bucket = (hash ^ (hash >>> 15)) & (BUCKETS - 1);
        if (nowMillis - lastMillis[bucket] < INTERVAL_MILLIS) {
            return false;
        }
        lastMillis[bucket] = nowMillis;
        return true;
    }
}
